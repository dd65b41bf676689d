using LeanLoad.Diagnostics;
using LeanLoad.Report;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Report;

/// <summary>What is said about a run's figures, and what is not where they do not carry it.</summary>
public sealed class ExplanationTests
{
    /// <summary>
    /// A server of one place that takes 40 ms: 25/s at most; with a pause of 1.1 s, the knee is at 28.5 users.
    /// </summary>
    [Fact]
    public void A_target_at_its_limit_is_named_with_the_knee_and_what_each_user_adds() =>
        Golden.Matches("report/explained-target.txt", Text(
        Run(users: 1000, perSecond: 25, seconds: 600, responseSeconds: 38.9, pauseSeconds: 1.1),
        Saturated(1000, 25, 0.04, 1.1)));

    [Fact]
    public void A_load_that_meets_no_limit_gets_no_knee()
    {
        var text = Text(Run(users: 40, perSecond: 40 / 1.05, seconds: 60, responseSeconds: 0.05, pauseSeconds: 1),
            Linear(40, 0.05, 1));
        Assert.Contains("no limit was met", text, StringComparison.Ordinal);
        Assert.Contains("books close to 0.0 %", text, StringComparison.Ordinal);
        Assert.DoesNotContain("stopped growing", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Books_that_do_not_close_are_said_aloud()
    {
        var text = Text(Run(users: 40, perSecond: 30, seconds: 60, responseSeconds: 0.05, pauseSeconds: 1), []);
        Assert.Contains("books close to 21.3 %", text, StringComparison.Ordinal);
        Assert.Contains("more than 2.0 %", text, StringComparison.Ordinal);
    }

    /// <summary>
    /// One user without a pause, 28.0 us an iteration and 0.7 us to the next; one that pauses, cut at both ends.
    /// </summary>
    [Theory]
    [InlineData(34_843, 28.0e-6, 0, "The rest is the generator's own 0.7 us between two iterations.")]
    [InlineData(3.2, 0.0005, 0.302, "The window's edges cut a round of each user, which is 3.0 %.")]
    public void What_an_idle_generator_and_a_short_window_leave_open_is_explained(
        double perSecond, double responseSeconds, double pauseSeconds, string says)
    {
        var text = Text(Run(users: 1, perSecond, seconds: 10, responseSeconds, pauseSeconds), []);
        Assert.Contains(says, text, StringComparison.Ordinal);
        Assert.DoesNotContain("not what it seems", text, StringComparison.Ordinal);
    }

    /// <summary>One request of a hundred took 200 ms to connect, or each of them 20 ms.</summary>
    [Theory]
    [InlineData(1, 200_000, "no limit was met")]
    [InlineData(100, 20_000, "connecting was the limit. A request waited 20.0 ms")]
    public void Connecting_is_the_limit_only_where_it_is_common(int connecting, int connectUs, string says)
    {
        var requests = new RequestStats();
        for (var count = 0; count < 100; count++)
        {
            requests.Record(count < connecting ? 300 + connectUs : 300, 300, 1, FailureKind.None);
        }

        var text = Text(Run(users: 1, perSecond: 10, seconds: 10, responseSeconds: 0.0003, pauseSeconds: 0.1) with
        {
            Requests = RequestSummary.Of(new Dictionary<int, RequestStats> { [1] = requests }, static _ => "GET /",
                TimeSpan.FromSeconds(10)),
        }, []);
        Assert.Contains(says, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_of_a_few_iterations_closes_no_books() => Assert.Contains("no books can be closed",
        Text(Run(users: 4, perSecond: 1, seconds: 10, responseSeconds: 4, pauseSeconds: 0), []),
        StringComparison.Ordinal);

    [Fact]
    public void A_pool_that_was_too_small_is_the_limit_of_an_open_model() =>
        Golden.Matches("report/explained-pool.txt", Text(
        Run(users: 50, perSecond: 500, seconds: 60, responseSeconds: 0.3, pauseSeconds: 0) with
        {
            Books = new Books(30_000, 29_800, 0, 150, 50, 0, 0),
        },
        [], isOpen: true, begunLate: 9_000));

    [Theory]
    [InlineData(0.96, 0.1, null, "busy 96 % of the time")]
    [InlineData(0.5, 120, null, "late by 120 ms")]
    [InlineData(0.5, 0.1, 6.0, "throttled for 6.0 s")]
    [InlineData(0.5, 0.1, 1.0, null)]
    [InlineData(0.9, 90, null, null)]
    public void A_generator_at_its_limit_makes_the_results_invalid(
        double busy, double slipMs, double? throttledSeconds, string? says)
    {
        var slip = new LatencyHistogram();
        for (var count = 0; count < 200; count++) slip.Record((long)(slipMs * 1000));
        var generator = new GeneratorSummed(slip, new(), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30),
            TimeSpan.FromSeconds(60 * busy),
            throttledSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        var problem = GeneratorVerdict.Problem(generator);
        if (says is null)
        {
            Assert.Null(problem);
            return;
        }

        Assert.Contains(says, problem, StringComparison.Ordinal);
        // Nothing is concluded from a run that is over before it is steady.
        Assert.Null(GeneratorVerdict.Problem(generator with { Load = TimeSpan.FromSeconds(4) }));
        var text = Text(Run(users: 40, perSecond: 38, seconds: 60, responseSeconds: 0.05,
            pauseSeconds: 1) with
        { Generator = generator }, []);
        Assert.Contains("not valid", text, StringComparison.Ordinal);
        Assert.Equal(88, new Outcome(0, "passed", "").WithGenerator(problem).ExitCode);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(24)]
    public void No_knee_is_found_on_a_straight_line_nor_in_three_points(int levels) =>
        Assert.Null(
            Explanation.Knee(levels == 3 ? [.. Saturated(1000, 25, 0.04, 1.1).Take(3)] : Linear(1000, 0.05, 1), 1));

    static string Text(RunResult run, IReadOnlyList<LoadLevel> levels, bool isOpen = false, long begunLate = 0) =>
        string.Join("\n", Explanation.Of(run, new LoadFacts(
            [new GroupFacts("load", isOpen, (int)run.Windows[0].Summed.MeanUsers, begunLate, run.Books!.Value,
                run.Windows)], levels))) + "\n";

    static RunResult Run(double users, double perSecond, int seconds, double responseSeconds, double pauseSeconds)
    {
        var iterations = (long)(perSecond * seconds);
        var (requests, slip) = (new RequestStats(), new LatencyHistogram());
        for (var count = 0; count < 100; count++)
        {
            requests.Record((long)(responseSeconds * 1e6), (long)(responseSeconds * 1e6), 1, FailureKind.None);
        }

        for (var count = 0; count < 1000; count++) slip.Record(300);
        return SummaryTests.Passed() with
        {
            Books = new Books(iterations, iterations, 0, 0, 0, 0, 0),
            Requests = RequestSummary.Of(new Dictionary<int, RequestStats> { [1] = requests }, static _ => "GET /",
                TimeSpan.FromSeconds(seconds)),
            Generator = new GeneratorSummed(slip, new(), TimeSpan.FromSeconds(seconds),
                TimeSpan.FromSeconds(seconds * 0.09), TimeSpan.FromSeconds(seconds * 0.09), null),
            Windows =
            [
                new WindowRow(new WindowSummed
                {
                    Window = WindowKind.Steady,
                    Ended = TimeSpan.FromSeconds(seconds),
                    MeanUsers = users,
                    Iterations = iterations,
                    IterationTime = TimeSpan.FromSeconds(iterations * responseSeconds),
                    PauseTime = TimeSpan.FromSeconds(iterations * pauseSeconds),
                    Response = requests.Response,
                }, true),
            ],
        };
    }

    static LoadLevel[] Saturated(int users, double highest, double r0, double z) =>
        Levels(users, 100, n => Math.Min(n / (r0 + z), highest), z);

    static LoadLevel[] Linear(int users, double r0, double z) => Levels(users, 24, n => n / (r0 + z), z);

    static LoadLevel[] Levels(int users, int count, Func<double, double> throughput, double z) =>
    [
        .. Enumerable.Range(1, count).Select(step => (double)users * step / count)
            .Select(n => new LoadLevel(n, throughput(n), n / throughput(n) - z, 100)),
    ];
}
