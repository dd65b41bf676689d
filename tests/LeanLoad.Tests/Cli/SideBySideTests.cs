using LeanLoad.Cli;
using LeanLoad.Load;
using Xunit;

namespace LeanLoad.Tests.Cli;

/// <summary>Several scenarios side by side, on the command line and in the load file.</summary>
public sealed class SideBySideTests
{
    static readonly ScenarioTable Shop = new()
    {
        Users = [Class("Browser", "browse"), Class("Searcher", "browse"), Class("Buyer", "buy"),
            Class("Clerk", "office") with { Count = 2 }],
    };

    [Fact]
    public void Each_scenario_has_its_own_model_beginning_and_end()
    {
        var request = Read("--load", "browse: users 100, ramp 10/s, for 2m", "--load=buy: rate 50/s, users 20, "
            + "arrivals poisson, when-busy drop, after 30s, stages 10s:50/s,20s:80/s");
        var (browse, buy) = (request.Schedule.Plans[0], request.Schedule.Plans[1]);
        Assert.Equal(["browse", "buy"], request.Scenario.Groups.Select(static group => group.Name));
        Assert.Equal((100, 10.0, 120.Seconds(), TimeSpan.Zero, false),
            (browse.Users, browse.UsersPerSecond, browse.Duration, browse.After, browse.IsOpen));
        Assert.Equal((20, 30.Seconds(), 30.Seconds(), true, Spacing.Poisson, WhenBusy.Drop),
            (buy.Users, buy.Duration, buy.After, buy.IsOpen, buy.Spacing, buy.WhenBusy));
        Assert.Equal(80, buy.Arrivals!.LevelAt(30.Seconds()));
        Assert.Equal((120, 120.Seconds()), (request.Schedule.MostUsers, request.Schedule.Duration));
        Assert.Equal("browse + buy", request.Scenario.Name);
        Assert.Equal([50, 50, 20], request.UsersPerClass());
    }

    [Fact]
    public void A_load_may_be_that_of_user_classes_and_lasts_as_long_as_the_run_unless_it_says_so()
    {
        var plans = Read("--load", "Searcher,Buyer: users 4", "--load", "Browser: iterations 100", "--load",
            "office: after 5s", "--duration", "1m").Schedule.Plans;
        Assert.Equal([60.Seconds(), null, 60.Seconds()], plans.Select(static plan => plan.Duration));
        Assert.Equal([4, 1, 2], plans.Select(static plan => plan.Users));
        Assert.All(Read("--load", "browse: users 1", "--load", "buy: users 1").Schedule.Plans,
            static plan => Assert.Equal(10.Seconds(), plan.Duration));
    }

    [Fact]
    public void The_load_file_says_it_too_and_the_command_line_wins()
    {
        var inCode = new LoadOptions
        {
            Loads =
            {
                ["browse"] = new() { Users = 30, RampPerSecond = 5, Duration = 90.Seconds() },
                ["buy"] = new() { RatePerSecond = 2.5, Users = 7, After = 10.Seconds(), IsPoisson = true },
                ["office"] = new() { UserShape = new Rising() },
            },
        };
        var request = Read(inCode);
        Assert.Equal([30, 7, 9], request.Schedule.Plans.Select(static plan => plan.Users));
        Assert.Equal((2.5, 10.Seconds(), Spacing.Poisson), (request.Schedule.Plans[1].Arrivals!.LevelAt(default),
            request.Schedule.Plans[1].After, request.Schedule.Plans[1].Spacing));
        Assert.Equal(
            [
                ("load", "browse: users 30, ramp 5/s, for 90s"),
                ("load", "buy: users 7, rate 150/m, arrivals poisson, after 10s, for 10s"),
                ("load", "office: a shape over 20s of at most 9 users"),
            ], request.Effective.Where(static option => option.Name == "load"));
        Assert.Equal([3], Read(inCode, "--load", "buy: users 3").Schedule.Plans.Select(static plan => plan.Users));
        Assert.Equal((8, "buy"), (Read(inCode, "--scenario", "buy", "--users", "8").Schedule.MostUsers,
            Read(inCode, "--scenario", "buy").Scenario.Name));
        Assert.Equal([4, 5], Read(new LoadOptions { Defaults = { ["load"] = "buy: users 4; browse: users 5" } })
            .Schedule.Plans.Select(static plan => plan.Users));
    }

    [Theory]
    [InlineData("buy: users 20, rate 50/s, stages 10s:50/s,20s:80/s,0.5s:0/s, arrivals poisson, when-busy drop, "
        + "after 30s")]
    [InlineData("browse: stages 30s:100,300s:100,30s:0, after 1.5s")]
    [InlineData("browse: users 3, ramp 1/m, iterations 70")]
    [InlineData("buy: users 2, rate 7/h, for 10s")]
    [InlineData("buy: users 2, rate 0.333333333/s, for 10s")]
    public void The_text_of_a_load_is_what_one_types_for_it(string text)
    {
        var problems = new List<string>();
        Assert.Equal(text, LoadText.Read(text, problems)?.ToString());
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("browze: users 1", "--load \"browze\" is unknown; there are browse, buy, office; of user classes, "
        + "Browser, Searcher, Buyer, Clerk. Did you mean browse?")]
    [InlineData("browse: users 1;browse: users 2", "--load \"browse\" is given 2 times; a scenario has one load.")]
    [InlineData("browse: users 1;Searcher: users 2", "--load: the user class Searcher is in \"browse\" and in "
        + "\"Searcher\"; each class has one load.")]
    [InlineData("browse: users 0", "--load \"browse\": users \"0\" is not a whole number from 1 to 1000000.")]
    [InlineData("browse: rate 5/s", "--load \"browse\": users is required with arrivals")]
    [InlineData("browse:", "--load \"browse\" says nothing of its load; write users, rate or stages, such as")]
    [InlineData("browse: usres 5", "--load \"browse\": \"usres\" is unknown. Did you mean users?")]
    [InlineData("browse: users", "--load \"browse\": users needs a value.")]
    [InlineData("browse: users 1, users 2", "--load \"browse\": users is given twice; give it once.")]
    [InlineData("browse: users 5, for 10", "--load \"browse\": for \"10\" is not a duration")]
    [InlineData("browse: users 5, after soon", "--load \"browse\": after \"soon\" is not a duration")]
    [InlineData("browse: users 9, ramp 1/s, for 2s", "--load \"browse\": users 9 with ramp 1/s needs 8 s; for is 2 s.")]
    [InlineData("browse: users 5, arrivals poisson", "--load \"browse\": arrivals poisson needs arrivals")]
    [InlineData("browse: users 5, when-busy drop", "--load \"browse\": when-busy is about arrivals")]
    [InlineData("browse: users 5, stages 5s:2", "--load \"browse\": users and stages both say how many users")]
    [InlineData("browse: ramp 1/s, stages 5s:2", "--load \"browse\": ramp and stages both say how users come")]
    [InlineData("office: users 5", "--load \"office\": users 5 is more than the classes of a fixed number take")]
    [InlineData("users 5", "--load \"users 5\" names no scenario; write its name, a colon and its load")]
    public void A_mistake_is_told_with_what_to_do(string load, string problem) => Assert.Contains(
        problem, Problems(new(), [.. load.Split(';').SelectMany(static one => new[] { "--load", one })]),
        StringComparison.Ordinal);

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_and_reads_well() => Golden.Matches("cli/load-problems.txt",
        Problems(
            new LoadOptions(), "--load", "browze: users none, ramp 3", "--load", "buy: rate 50/s, fro 1s", "--load",
            "Buyer: users 2", "--users", "3", "--scenario", "buy"));

    [Fact]
    public void Mistakes_in_the_load_file_name_their_place() => Golden.Matches("cli/load-problems-in-code.txt",
        Problems(new LoadOptions
        {
            Users = new Rising(),
            Loads =
            {
                ["browse"] = new() { Users = -1, Stages = "10s:5", UserShape = new Rising() },
                ["buy"] = new() { RatePerSecond = 0, UserShape = new Rising(), RateShape = new Rising() },
                ["ofice"] = new(),
            },
        }, "--ramp", "5/s"));

    [Theory]
    [InlineData("Wrok: p95 > 50ms", "no task or scenario is named \"Wrok\". Did you mean \"Work\"?")]
    [InlineData("Browser.Wok: p95 > 50ms", "Did you mean \"Browser.Work\"?")]
    [InlineData("brows: p95 > 50ms", "Did you mean \"browse\"?")]
    [InlineData("Work: p95 > 50ms", null)]
    [InlineData("buy: p95 > 50ms", null)]
    [InlineData("GET /items: p95 > 50ms", null)]
    public void A_threshold_whose_name_is_nearly_one_that_there_is_is_told_once_at_the_start(string text, string? says)
    {
        var request = Read("--load", "browse: users 1", "--load", "buy: users 1", "--fail-if", text);
        if (says is null) Assert.Empty(request.Warnings);
        else Assert.Contains(says, Assert.Single(request.Warnings), StringComparison.Ordinal);
        // Told once: what the start has doubted is not looked for again.
        Assert.Equal(says is null ? [text] : [], request.NamesToLearn.Select(static threshold => threshold.Text));
    }

    static UserClass Class(string name, string scenario) => new(name, scenario, 1, [],
        static _ => throw new NotSupportedException(), [new TaskEntry("Work", 1, [], static _ => default)]);

    static RunRequest Read(params string[] args) => Read(new LoadOptions(), args);

    static RunRequest Read(LoadOptions inCode, params string[] args)
    {
        using var error = new StringWriter();
        var request = RunRequest.Read(args, Shop, inCode, TextWriter.Null, error, out _);
        Assert.True(request is not null, error.ToString());
        return request;
    }

    static string Problems(LoadOptions inCode, params string[] args)
    {
        using var error = new StringWriter { NewLine = "\n" };
        Assert.Null(RunRequest.Read(args, Shop, inCode, TextWriter.Null, error, out var exit));
        Assert.Equal(ExitCode.Usage, exit);
        return error.ToString();
    }

    sealed class Rising : LoadShape
    {
        public override TimeSpan Duration => 20.Seconds();

        public override double LevelAt(TimeSpan time) => 1 + 8 * time.TotalSeconds / 20;
    }
}
