using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Report;
using Spectre.Console;

namespace LeanLoad.Profiler.Live;

/// <summary>
/// A run while it lasts: in a terminal a bar of memory against the budget, drawn anew four times a second; in a log a
/// line at each change of phase and, in between, ever more seldom.
/// </summary>
static class LiveProgress
{
    static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(250);

    /// <summary>Shows the view until the run has ended.</summary>
    public static async Task ShowAsync(IAnsiConsole console, RunView view, Task completion)
    {
        if (console.Profile.Capabilities is { Interactive: true, Ansi: true })
        {
            await DrawAsync(console, view, completion);
        }
        else await LogAsync(console.Profile.Out.Writer, view, completion);
    }

    static Task DrawAsync(IAnsiConsole console, RunView view, Task completion) =>
        console.Live(new Markup(" ")).AutoClear(true).StartAsync(async live =>
        {
            while (await Task.WhenAny(completion, Task.Delay(Frame)) != completion)
            {
                live.UpdateTarget(view.Read(read => ProgressPicture.Of(read, console.Profile.Width)));
                live.Refresh();
            }
        });

    static async Task LogAsync(TextWriter output, RunView view, Task completion)
    {
        var (phase, last, next) = ("", TimeSpan.Zero, TimeSpan.Zero);
        while (await Task.WhenAny(completion, Task.Delay(Frame)) != completion)
        {
            var (now, at, line) = view.Read(static read =>
                (Words.Of(read.Phase), read.Latest?.At ?? TimeSpan.Zero, ProgressPicture.Line(read)));
            // A phase that has no figures of its own yet is not shown with those of the one before.
            if ((at == last && at > TimeSpan.Zero) || (now == phase && at < next)) continue;
            (phase, last, next) = (now, at, at + Pause(at));
            await output.WriteLineAsync(line);
        }
    }

    /// <summary>Between two lines of a log: 2 s at first; a run of an hour has some 80 lines.</summary>
    internal static TimeSpan Pause(TimeSpan at) => at.TotalSeconds switch
    {
        < 20 => TimeSpan.FromSeconds(2),
        < 120 => TimeSpan.FromSeconds(10),
        _ => TimeSpan.FromSeconds(60),
    };
}
