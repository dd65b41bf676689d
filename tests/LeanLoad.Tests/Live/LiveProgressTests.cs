using LeanLoad.Diagnostics;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Live;
using LeanLoad.Tests.Diagnostics;
using Spectre.Console;
using Xunit;

namespace LeanLoad.Tests.Live;

public sealed class LiveProgressTests
{
    [Fact]
    public void Lines_of_a_log_stay_in_their_columns()
    {
        var view = View("registry");
        var lines = new List<string> { ProgressPicture.Line(view) };
        foreach (var (at, users, requests) in new[] { (0.3, 0, 0L), (2.0, 8, 411L), (75.0, 40, 1_234_567L) })
        {
            Add(view, Tick(at, users, requests));
            lines.Add(ProgressPicture.Line(view));
            Add(view, new Projected(TimeSpan.FromSeconds(at), 40, Bytes.FromMiB(103), Bytes.FromMiB(101),
                Bytes.FromMiB(106), 19));
        }

        Golden.Matches("live/log.txt", string.Join('\n', lines) + "\n");
        foreach (var word in new[] { "users", "requests", "failed", "memory" })
        {
            Assert.Single(lines.Skip(1).Select(line => line.IndexOf(word, StringComparison.Ordinal)).Distinct());
        }

        Assert.All(lines, line => Assert.True(line.Length <= 132, line));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    [InlineData(200)]
    public void A_scenarios_name_is_no_markup_and_the_picture_keeps_to_three_lines(int width)
    {
        var view = View("[bold]not markup[/] [red");
        Add(view, Tick(3, 12, 500));
        Add(view,
            new Projected(TimeSpan.FromSeconds(3), 40, Bytes.FromMiB(103), Bytes.FromMiB(101), Bytes.FromMiB(106), 19));
        var lines = Shown(view, width);
        Assert.Contains("[bold]not markup[/] [red", lines[0], StringComparison.Ordinal);
        Assert.Contains("of 64.0 MiB", string.Join(' ', lines), StringComparison.Ordinal);
        if (width >= 100) Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void The_limit_stands_between_what_is_used_and_what_is_expected_beyond_it()
    {
        var bar = Bar(12, 106);
        Assert.InRange(bar.IndexOf('┃', StringComparison.Ordinal), bar.LastIndexOf('━') + 1, bar.LastIndexOf('╍') - 1);
    }

    [Theory]
    [InlineData(12, 26)]
    [InlineData(0, 0)]
    public void Of_a_run_that_fits_the_limit_is_the_bars_end(int users, int upper) =>
        Assert.Equal("┃", Bar(users, upper)[^1..]);

    [Theory]
    [InlineData(500, 26)]
    [InlineData(4_000, 90_000)]
    public void The_limit_stays_in_sight_however_far_beyond_it_a_run_is(int users, int upper) =>
        Assert.InRange(Bar(users, upper).IndexOf('┃', StringComparison.Ordinal), 15, 33);

    [Fact]
    public void A_log_of_an_hour_is_short()
    {
        var (lines, at) = (0, TimeSpan.Zero);
        for (; at < TimeSpan.FromHours(1); lines++) at += LiveProgress.Pause(at);
        Assert.InRange(lines, 60, 100);
    }

    /// <summary>The bar alone, 34 columns, for a limit of 64 MiB.</summary>
    static string Bar(int users, int upper)
    {
        var view = View("registry");
        Add(view, Tick(3, users, 500));
        if (upper > 0)
        {
            Add(view, new Projected(TimeSpan.FromSeconds(3), 40, Bytes.FromMiB(upper - 2), Bytes.FromMiB(upper - 4),
                Bytes.FromMiB(upper), 19));
        }

        var bar = Shown(view, 100)[2].Split(' ')[1];
        Assert.Equal(34, bar.Length);
        return bar;
    }

    /// <summary>The picture's lines, without colours.</summary>
    static string[] Shown(RunView view, int width)
    {
        var output = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output)
        });
        console.Profile.Width = width;
        console.Write(ProgressPicture.Of(view, width));
        return output.ToString().TrimEnd().Split('\n');
    }

    static RunView View(string scenario)
    {
        var view = new RunView();
        Add(view, SampleRun.Started with { Scenario = scenario });
        Add(view, new PhaseChanged(TimeSpan.FromMilliseconds(20), RunPhase.Ramp));
        return view;
    }

    static Tick Tick(double seconds, int users, long requests) => new()
    {
        At = TimeSpan.FromSeconds(seconds),
        UsersPlanned = 40,
        UsersRunning = users,
        Requests = requests,
        Memory = new() { Unreclaimable = Bytes.FromMiB(13 + users) },
    };

    static void Add<T>(RunView view, T record) where T : IRecord
    {
        var buffer = new byte[4096];
        view.Accept(buffer.AsSpan(0, RecordWriter.Write(buffer, record)));
    }
}
