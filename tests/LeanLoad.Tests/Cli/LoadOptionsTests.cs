using LeanLoad.Cli;
using LeanLoad.Load;
using Xunit;

namespace LeanLoad.Tests.Cli;

/// <summary>What a load file says about its own run, and how the command line wins over it.</summary>
public sealed class LoadOptionsTests
{
    static readonly ScenarioTable Table = new()
    {
        Users = [new UserClass("Visitor", "visit", 1, [], static _ => throw new InvalidOperationException(),
            [new TaskEntry("Work", 1, [], static _ => default)])],
    };

    [Fact]
    public void A_shape_of_users_is_looked_at_each_second_and_its_highest_level_is_known_before_the_run()
    {
        var plan = Read(new() { Users = new Waves() }).Options.Plan;
        Assert.False(plan.IsOpen);
        Assert.Equal(TimeSpan.FromMinutes(10), plan.Duration);
        Assert.Equal(90, plan.Users);
        foreach (var second in new[] { 0, 15, 45, 100, 599 })
        {
            Assert.Equal((int)new Waves().LevelAt(second.Seconds()), plan.UsersDueAt(second.Seconds()));
        }

        Assert.Equal(Trend.Rising, plan.Stages!.TrendAt(1.Seconds()));
        Assert.True(plan.Stages.IsSmooth);
    }

    [Fact]
    public void A_shape_of_rates_plans_as_many_arrivals_as_its_area()
    {
        var plan = Read(new() { Rate = new Waves(), Defaults = Of(("users", "20")) }).Options.Plan;
        Assert.True(plan.IsOpen);
        Assert.Equal(20, plan.Users);
        // Whole waves of a mean of 50/s over ten minutes.
        Assert.Equal(600, plan.Arrivals!.SecondsOfArea(30_000), 0.01);
    }

    [Theory]
    [InlineData("--users", "7")]
    [InlineData("--stages", "10s:7")]
    public void The_command_lines_load_wins_over_the_shape(string option, string value) =>
        Assert.Equal(7, Read(new() { Users = new Waves() }, option, value).Options.Plan.Users);

    [Fact]
    public void Defaults_stand_for_what_is_not_typed()
    {
        var inCode = new LoadOptions { Defaults = Of(("users", "5"), ("duration", "1m"), ("stages", "20s:9")) };
        Assert.Equal(9, Read(inCode).Options.Plan.Users);
        Assert.Equal((9, 120.0), (Read(inCode, "--duration", "2m").Options.Plan.Users,
            Read(inCode, "--duration", "2m").Options.Plan.Duration!.Value.TotalSeconds));
        Assert.Contains(("duration", "1m"), Read(inCode).Effective);
    }

    [Fact]
    public void Thresholds_of_both_count_and_names_may_have_spaces()
    {
        var inCode = new LoadOptions { FailIf = ["p99 > 200ms", "Sign in: p95 > 50ms"], FailFast = true };
        var options = Read(inCode, "--fail-if", "failures > 1%").Options;
        Assert.Equal(["p99 > 200ms", "Sign in: p95 > 50ms", "failures > 1%"],
            options.FailIf.Select(static threshold => threshold.Text));
        Assert.Equal("Sign in", options.FailIf[1].Name);
        Assert.True(options.FailFast);
        Assert.False(Read(inCode, "--fail-fast", "false").Options.FailFast);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var inCode = new LoadOptions
        {
            FailIf = ["p99 is slow"],
            Users = new Broken(static _ => -3),
            Defaults = Of(("duratoin", "5s"), ("warm-up", "soon")),
        };
        var problems = Problems(inCode);
        Assert.Contains("LoadOptions.FailIf \"p99 is slow\" is not a threshold", problems, StringComparison.Ordinal);
        Assert.Contains("The load shape Broken is -3 at 0 s; a level is from 0 to 1000000.", problems,
            StringComparison.Ordinal);
        Assert.Contains("LoadOptions.Defaults: --duratoin is unknown. Did you mean --duration?", problems,
            StringComparison.Ordinal);
        Assert.Contains("--warm-up \"soon\"", problems, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN, "is NaN at 0 s")]
    [InlineData(double.PositiveInfinity, "is Infinity at 0 s")]
    [InlineData(2e6, "is 2000000 at 0 s")]
    [InlineData(0.0, "never leaves 0")]
    public void A_level_that_is_none_is_refused(double level, string problem) => Assert.Contains(
        problem, Problems(new() { Users = new Broken(_ => level) }), StringComparison.Ordinal);

    [Fact]
    public void A_shape_that_throws_or_takes_no_time_is_refused_with_its_name()
    {
        var throwing = new Broken(static time => time > 3.Seconds() ? throw new FormatException("no level") : 1);
        var thrown = Problems(new() { Rate = throwing }, "--users", "2");
        Assert.Contains("The load shape Broken threw FormatException at 3.1 s: no level", thrown,
            StringComparison.Ordinal);
        Assert.Contains("lasts 0 s", Problems(new() { Users = new Broken(static _ => 1, 0) }),
            StringComparison.Ordinal);
        Assert.Contains("both Users and Rate", Problems(new() { Users = new Waves(), Rate = new Waves() }),
            StringComparison.Ordinal);
    }

    static Dictionary<string, string> Of(params (string Name, string Value)[] pairs) =>
        pairs.ToDictionary(static pair => pair.Name, static pair => pair.Value);

    static RunRequest Read(LoadOptions inCode, params string[] args)
    {
        using var error = new StringWriter();
        var request = RunRequest.Read(args, Table, inCode, TextWriter.Null, error, out _);
        Assert.True(request is not null, error.ToString());
        return request;
    }

    static string Problems(LoadOptions inCode, params string[] args)
    {
        using var error = new StringWriter();
        Assert.Null(RunRequest.Read(args, Table, inCode, TextWriter.Null, error, out var exit));
        Assert.Equal(ExitCode.Usage, exit);
        return error.ToString();
    }

    sealed class Waves : LoadShape
    {
        public override TimeSpan Duration => 600.Seconds();

        public override double LevelAt(TimeSpan time) => 50 + 40 * Math.Sin(time.TotalMinutes * Math.Tau);
    }

    sealed class Broken(Func<TimeSpan, double> level, int seconds = 10) : LoadShape
    {
        public override TimeSpan Duration => seconds.Seconds();

        public override double LevelAt(TimeSpan time) => level(time);
    }
}
