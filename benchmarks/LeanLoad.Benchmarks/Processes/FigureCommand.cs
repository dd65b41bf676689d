using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// A command whose answer is figures: it says on which machine, measures, prints a table, and stores the measurement
/// where it is asked to.
/// </summary>
sealed class FigureCommand : Command
{
    /// <summary>Makes it.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="description">In <c>--help</c>.</param>
    /// <param name="options">Its own, beside those of the recording.</param>
    /// <param name="measure">Measures, as the options say.</param>
    public FigureCommand(
        string name, string description, IEnumerable<Option> options, Func<ParseResult, FigureLog, Task> measure)
        : base(name, description)
    {
        foreach (var option in options) Add(option);
        var recording = new Recording();
        recording.AddTo(this);
        SetAction((parsed, _) => RunAsync(parsed, recording, measure));
    }

    /// <summary>Over the names of the table's rows; null where <c>measure</c> prints tables of its own.</summary>
    public string? Rows { get; init; } = "";

    async Task<int> RunAsync(ParseResult parsed, Recording recording, Func<ParseResult, FigureLog, Task> measure)
    {
        var (at, machine, log) = (DateTimeOffset.UtcNow, Machine.Current(), new FigureLog());
        Console.WriteLine(machine);
        await measure(parsed, log);
        if (Rows is { } rows) FigureTable.Print(Console.Out, rows, log.Figures);
        recording.Store(parsed, string.Join(' ', parsed.Tokens), at, machine, log.Figures);
        return 0;
    }
}
