using LeanLoad.Profiler.Attribution;
using Spectre.Console;

namespace LeanLoad.Profiler.Live;

/// <summary>A run while it lasts: a picture that is drawn anew in a terminal, a line now and then in a log.</summary>
static class LiveProgress
{
    static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(250);

    /// <summary>Shows the view until the run has ended.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="view">What the agent has told so far.</param>
    /// <param name="completion">Ends with the run; what it failed with is its owner's concern.</param>
    public static Task ShowAsync(IAnsiConsole console, RunView view, Task completion) =>
        console.Profile.Capabilities is { Interactive: true, Ansi: true }
            ? DrawAsync(console, view, completion)
            : LogAsync(console, view, completion);

    /// <summary>
    /// How long a log waits for its next line: 2 s as long as the ramp matters, then 10 s, then a minute. A run of an
    /// hour is 90 lines.
    /// </summary>
    public static TimeSpan Pause(TimeSpan elapsed) => elapsed.TotalSeconds switch
    {
        < 20 => TimeSpan.FromSeconds(2),
        < 300 => TimeSpan.FromSeconds(10),
        _ => TimeSpan.FromMinutes(1),
    };

    static async Task LogAsync(IAnsiConsole console, RunView view, Task completion)
    {
        var elapsed = TimeSpan.Zero;
        while (await Task.WhenAny(completion, Task.Delay(Pause(elapsed))) != completion)
        {
            elapsed += Pause(elapsed);
            // Not through the console: it would break the line at 80 columns, and a log has none.
            console.Profile.Out.Writer.WriteLine(view.Read(ProgressLine.Of));
        }
    }

    static Task DrawAsync(IAnsiConsole console, RunView view, Task completion) =>
        console.Live(Text.Empty).AutoClear(true).StartAsync(async live =>
        {
            var picture = new ProgressPicture(console.Profile.Capabilities.Unicode);
            while (await Task.WhenAny(completion, Task.Delay(Frame)) != completion)
            {
                // The width is asked for each time: a window may have been resized.
                live.UpdateTarget(new Markup(view.Read(now => picture.Of(now, console.Profile.Width))));
                live.Refresh();
            }
        });
}
