using System.Text.Json.Serialization.Metadata;
using LeanLoad.Http;
using Serilog;

namespace LeanLoad;

/// <summary>What a bootstrap, and a hook of the run, may use beside its settings.</summary>
public sealed class BootstrapContext
{
    internal BootstrapContext(HttpSession http, ILogger log, (int Index, int Count)? agent = null)
    {
        Http = http;
        Log = log;
        (AgentIndex, AgentCount) = agent ?? (0, 1);
    }

    /// <summary>
    /// Which agent of the fleet this is: 0 to <see cref="AgentCount"/> - 1; of <c>--agent 2/5</c> it is 1.
    /// </summary>
    public int AgentIndex { get; }

    /// <summary>How many agents there are; 1 where none was told.</summary>
    public int AgentCount { get; }

    /// <summary>Requests to the target of <c>--url</c>; they are not counted in the statistics.</summary>
    public HttpSession Http { get; }

    /// <summary>The agent's log.</summary>
    public ILogger Log { get; }

    /// <summary>Opens a CSV file (RFC 4180, UTF-8) whose first row names the columns.</summary>
    /// <param name="path">Relative to the current directory.</param>
    /// <param name="read">Makes what users get of a row: <c>static row => new Account(row.Text("name"),
    /// row.Number("age"))</c>.</param>
    /// <param name="order">Which row is next.</param>
    /// <param name="atEnd">What happens behind the last; null: a unique feed stops the user, the others wrap.</param>
    /// <param name="check">Whether every row is read once now, so that all bad ones are named, by line, before the
    /// first user starts.</param>
    /// <exception cref="FeedException">The file or a row can't be read.</exception>
    public Feed<T> Csv<T>(
        string path, Func<CsvRow, T> read, FeedOrder order = FeedOrder.Sequential, FeedEnd? atEnd = null,
        bool check = true)
    {
        var file = new FeedFile(path, hasQuotes: true, hasHeader: true);
        return new Feed<T>(file, FeedRows.OfCsv(file, read), order, atEnd, (AgentIndex, AgentCount), check);
    }

    /// <summary>Opens a file that has a JSON value in each line (JSON Lines, UTF-8).</summary>
    /// <param name="path">Relative to the current directory.</param>
    /// <param name="type">How a line is read: <c>LoadJson.Default.Account</c> of a
    /// <c>JsonSerializerContext</c>.</param>
    /// <param name="order">Which row is next.</param>
    /// <param name="atEnd">What happens behind the last; null: a unique feed stops the user, the others wrap.</param>
    /// <param name="check">Whether every row is read once now, so that all bad ones are named, by line, before the
    /// first user starts.</param>
    /// <exception cref="FeedException">The file or a row can't be read.</exception>
    public Feed<T> JsonLines<T>(
        string path, JsonTypeInfo<T> type, FeedOrder order = FeedOrder.Sequential, FeedEnd? atEnd = null,
        bool check = true) =>
        new(new FeedFile(path, hasQuotes: false, hasHeader: false), FeedRows.OfJson(type), order, atEnd,
            (AgentIndex, AgentCount), check);
}
