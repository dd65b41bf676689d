using LeanLoad.Cli;
using LeanLoad.Memory;
using LeanLoad.Tests.Users;
using Xunit;

namespace LeanLoad.Tests.Cli;

/// <summary>The command line, as a person types it.</summary>
public sealed class OptionsTests
{
    static readonly ScenarioTable Table = new()
    {
        Users = [.. UserTests.Table(new() { Needs = [typeof(Secrets)] }).Users],
        Settings =
        [
            new SettingsEntry(
                typeof(Secrets),
                [
                    new SettingOption("image", "text", "The image to pull.", null, Required: true, Secret: false),
                    new SettingOption("token", "text", "Never shown.", null, Required: false, Secret: true),
                ],
                static reader =>
                {
                    var image = reader.Required<string>("image", SettingsReader.Text);
                    reader.TryGet<string>("token", SettingsReader.Text, out var token);
                    return new Secrets(image, token);
                }),
        ],
    };

    [Fact]
    public void Every_option_is_read()
    {
        var options = Read(
            "--users", "40", "--ramp", "30/m", "--duration", "1m30s", "--iterations", "1000", "--stop-timeout", "2s",
            "--seed", "-7",
            "--url", "http://127.0.0.1:5000/base", "--scenario", "visit", "--timeout", "250ms", "--insecure",
            "--memory", "64MiB",
            "--over-memory", "hold", "--json", "-", "--journal", "run.journal", "--log", "json", "--loops", "2",
            "--poller", "portable", "--image", "x", "--agent", "2/5").Options;
        Assert.Equal((40, 0.5, TimeSpan.FromSeconds(90), 1000L),
            (options.Load.Users, options.Load.RampPerSecond, options.Load.Duration, options.Load.Iterations));
        Assert.Equal((TimeSpan.FromSeconds(2), -7L, new Uri("http://127.0.0.1:5000/base")),
            (options.StopTimeout, options.Seed, options.Url));
        Assert.Equal(("visit", TimeSpan.FromMilliseconds(250), true),
            (options.Scenario, options.Timeout, options.Tls.IsInsecure));
        Assert.Equal((Bytes.FromMiB(64), OverMemory.Hold, "-", "run.journal"),
            (options.Memory, options.OverMemory, options.JsonPath, options.JournalPath));
        Assert.Equal((1, 5), options.Agent);
        Assert.Equal((LogFormat.Json, 2, PollerKind.Portable), (options.Log, options.Loops, options.Poller));
    }

    [Fact]
    public void Options_of_connecting_are_read_and_resolve_may_be_given_again()
    {
        var options = Read(
            "--connect-timeout", "2s", "--first-byte-timeout", "500ms", "--connections", "7", "--resolve",
            "a:80:10.0.0.1", "--resolve=b:443:[::1]",
            "--image", "x").Options;
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(500), 7),
            (options.ConnectTimeout, options.FirstByteTimeout, options.Connections.Shared));
        Assert.Equal(["b:443", "a:80"], options.ResolveRules.Select(static rule => $"{rule.Host}:{rule.Port}"));
    }

    [Fact]
    public void Without_an_end_a_run_takes_ten_seconds()
    {
        Assert.Equal(TimeSpan.FromSeconds(10), Read("--image", "x").Options.Load.Duration);
        Assert.Null(Read("--image", "x", "--iterations", "5").Options.Load.Duration);
    }

    [Fact]
    public void Each_wrong_threshold_is_told_by_itself()
    {
        var problems = Problems("--fail-if", "p99 >", "--fail-if", "p95 > 1s", "--fail-if", "speed < 3");
        Assert.Contains("--fail-if \"p99 >\" is not a threshold", problems, StringComparison.Ordinal);
        Assert.Contains("--fail-if \"speed < 3\" names no figure", problems, StringComparison.Ordinal);
        Assert.DoesNotContain("--fail-if \"p95", problems, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ; ")]
    public void A_threshold_that_says_nothing_is_told_and_not_taken_for_none(string text) =>
        Assert.Contains($"--fail-if \"{text}\" names nothing", Problems("--fail-if", text),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("--user 3", "--user is unknown. Did you mean --users?")]
    [InlineData("--duraton=3s", "Did you mean --duration?")]
    [InlineData("--over-memroy stop", "Did you mean --over-memory?")]
    [InlineData("--frobnicate", "--frobnicate is unknown; --help lists the options.")]
    [InlineData("stray", "\"stray\" is no option")]
    [InlineData("--users", "--users needs a value.")]
    [InlineData("--users 1 --users 2", "--users is given 2 times")]
    [InlineData("--users 0", "--users \"0\" is not a whole number from 1 to 1000000.")]
    [InlineData("--users 1.5", "--users \"1.5\"")]
    [InlineData("--users many", "--users \"many\"")]
    [InlineData("--agent 6/5", "--agent \"6/5\" is not an agent of a fleet; write which and of how many, such as 2/5.")]
    [InlineData("--agent 0/5", "--agent \"0/5\"")]
    [InlineData("--agent 2", "--agent \"2\"")]
    [InlineData("--duration 10", "--duration \"10\" is not a duration; write a number and a unit")]
    [InlineData("--duration 0s", "is no time at all")]
    [InlineData("--duration -5s", "--duration")]
    [InlineData("--memory 64", "--memory \"64\"")]
    [InlineData("--memory 0MiB", "is nothing at all")]
    [InlineData("--memory -64MiB", "--memory \"-64MiB\"")]
    [InlineData("--ramp 10", "--ramp \"10\" is not a rate; write users per time, such as 10/s or 30/m.")]
    [InlineData("--ramp 10/d", "--ramp \"10/d\"")]
    [InlineData("--ramp 0/s", "--ramp \"0/s\"")]
    [InlineData("--iterations 0", "--iterations \"0\"")]
    [InlineData("--loops 65", "--loops \"65\"")]
    [InlineData("--url ftp://x/", "--url \"ftp://x/\" is not an absolute http:// or https:// address.")]
    [InlineData("--url host:80", "--url \"host:80\"")]
    [InlineData("--url http://ann:pw@shop.example/", "--url has a user name in the address of \"shop.example\"; give "
        + "it in the load file as basic: new BasicCredential(user, secret).")]
    [InlineData("--over-memory panic", "--over-memory \"panic\" is none of stop, hold, ignore.")]
    [InlineData("--over-memory HALD", "--over-memory \"HALD\" is none of stop, hold, ignore; the nearest is hold.")]
    [InlineData("--when-busy droop", "--when-busy \"droop\" is none of late, drop; the nearest is drop.")]
    [InlineData("--when-limited 1", "--when-limited \"1\" is none of fail, warn.")]
    [InlineData("--log jsn", "--log \"jsn\" is none of auto, console, json; the nearest is json.")]
    [InlineData("--tags ,", "--tags \",\" names nothing.")]
    [InlineData("--scenario other", "--scenario \"other\" is unknown; there are visit.")]
    [InlineData("--tags none", "leave no task")]
    [InlineData("--ca /no/such/file", "--ca \"/no/such/file\" can't be read")]
    [InlineData("--ca /dev/null", "holds no certificate in PEM form")]
    [InlineData("--connect-timeout 5", "--connect-timeout \"5\" is not a duration")]
    [InlineData("--connect-timeout 31s", "--connect-timeout 31s is longer than --timeout 30s")]
    [InlineData("--first-byte-timeout 2s --timeout 1s", "--first-byte-timeout 2s is longer than --timeout 1s")]
    [InlineData("--connections 0", "--connections \"0\" is none of own (each user its own), per-request")]
    [InlineData("--connections per_request", "(shared by all users); the nearest is per-request.")]
    [InlineData("--connections shared", "or a number from 1 to 1000000")]
    [InlineData("--connections 1 --loops 2", "--connections 1 can't be divided among --loops 2")]
    [InlineData("--resolve shop.example:127.0.0.1", "is not host:port:address, such as shop.example:443:127.0.0.1")]
    [InlineData("--resolve shop.example:443:localhost", "has \"localhost\" where an IPv4 or IPv6 address belongs")]
    [InlineData("--resolve shop.example:x:::1", "has \"x\" where the port from 1 to 65535 belongs")]
    [InlineData("--resolve", "--resolve needs a value.")]
    [InlineData("--shape rate=1,loss=2", "--shape \"rate=1,loss=2\" rate \"1\" is not a rate; write a number and "
        + "bit, kbit, Mbit or Gbit, such as 1Mbit; loss \"2\"")]
    [InlineData("--cert /no/such/file", "--cert \"/no/such/file\" can't be read")]
    [InlineData("--cert /dev/null", "--cert \"/dev/null\" holds no certificate in PEM form")]
    [InlineData("--key /dev/null --cert /dev/null",
        "--key \"/dev/null\" holds no key in PEM form (-----BEGIN PRIVATE KEY-----) without a password")]
    [InlineData("--tls-resume perhaps", "--tls-resume \"perhaps\" is none of own, shared, off.")]
    [InlineData("--json /no/such/directory/run.json", "there is no directory /no/such/directory; make it first.")]
    [InlineData("--json /", "is a directory")]
    [InlineData("--journal -", "can't be standard output")]
    [InlineData("--json a --journal a", "name the same file")]
    [InlineData("--users 100 --ramp 1/s --duration 10s", "Ramp faster, or run longer.")]
    public void A_mistake_is_told_with_what_to_do(string typed, string problem)
    {
        var problems = Problems([.. typed.Split(' '), "--image", "x"]);
        Assert.Contains(problem, problems, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        var problems = Problems("--user", "3", "--duration", "10", "--memory", "64", "--scenario", "other")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(problems, static line => line.Contains("--user ", StringComparison.Ordinal));
        Assert.Contains(problems, static line => line.Contains("--duration", StringComparison.Ordinal));
        Assert.Contains(problems, static line => line.Contains("--memory", StringComparison.Ordinal));
        Assert.Contains(problems, static line => line.Contains("--scenario", StringComparison.Ordinal));
        Assert.Contains("--image is required", Problems("--users", "3"), StringComparison.Ordinal);
    }

    /// <summary>Nothing that follows from a mistake is told beside it.</summary>
    [Fact]
    public void An_address_that_is_none_is_told_of_alone()
    {
        var several = new ScenarioTable
        {
            Users =
            [
                new UserClass("First", "url", 1, [], static _ => throw new NotSupportedException(),
                    [new TaskEntry("Get", 1, [], static _ => default)]) { IsHttp = true },
                .. Shop.Users,
            ],
        };
        var error = new StringWriter { NewLine = "\n" };
        Assert.Null(RunRequest.Read(["--url", "localhost"], several, TextWriter.Null, error, out var exit));
        Assert.Equal(ExitCode.Usage, exit);
        Assert.Equal("--url \"localhost\" is not an absolute http:// or https:// address.\n", error.ToString());
    }

    [Fact]
    public void A_folder_that_this_user_may_not_write_to_is_told_before_the_run()
    {
        var folder = Directory.CreateTempSubdirectory("ll-closed-").FullName;
        try
        {
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, UnixFileMode.UserRead);
            // Root may write anywhere; where the file system itself can't be written, it may not either.
            Assert.Equal(Environment.IsPrivilegedProcess, FolderAccess.CanWrite(folder));
            Assert.False(FolderAccess.CanWrite(Path.Combine(folder, "none")));
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public void A_secret_is_in_no_effective_option()
    {
        var effective = Read("--image", "x", "--token", "pa55word").Effective;
        Assert.Contains(("token", "(secret)"), effective);
        Assert.DoesNotContain(effective, static option => option.Value.Contains("pa55word", StringComparison.Ordinal));
    }

    [Fact]
    public void The_flag_wins_over_the_variable_and_an_empty_variable_is_none()
    {
        var ended = TestLoad.RunWith([("LEANLOAD_USERS", "7"), ("LEANLOAD_SEED", ""), ("LEANLOAD_SCENARIO", "fine")],
            "--iterations", "7", "--json", "-");
        Assert.Contains("\"planned\": 7", ended.Output, StringComparison.Ordinal);
        ended = TestLoad.RunWith([("LEANLOAD_USERS", "7"), ("LEANLOAD_SCENARIO", "fine")], "--users", "2",
            "--iterations", "7", "--json", "-");
        Assert.Contains("\"planned\": 2", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_variable_is_warned_of_and_those_of_kubernetes_are_not()
    {
        var ended = TestLoad.RunWith(
            [("LEANLOAD_DURATON", "1h"), ("LEANLOAD_SERVICE_HOST", "10.0.0.1"),
                ("LEANLOAD_PORT_80_TCP", "tcp://10.0.0.1:80")],
            "--scenario", "fine", "--iterations", "1");
        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("LEANLOAD_DURATON is set and stands for no option. Did you mean LEANLOAD_DURATION?",
            ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("LEANLOAD_SERVICE_HOST", ended.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("LEANLOAD_PORT", ended.Said, StringComparison.Ordinal);
    }

    /// <summary>Everything that a list can show.</summary>
    static readonly ScenarioTable Shop = new()
    {
        Users =
        [
            new UserClass("Shopper", "shop", 3, [typeof(Secrets)], static _ => throw new NotSupportedException(),
            [
                new TaskEntry("Browse", 3, ["read", "browse"], static _ => default),
                new TaskEntry("Cart", 1, [], static _ => default) { Flow = "buy" },
                new TaskEntry("Card", 2, ["pay"], static _ => default) { Flow = "buy/pay" },
                new TaskEntry("Voucher", 1, ["pay"], static _ => default) { Flow = "buy/pay" },
            ])
            { Flows = [new FlowEntry("buy/pay", 2, TaskOrder.Weighted, 1)] },
            new UserClass("Guest", "shop", 1, [], static _ => throw new NotSupportedException(),
                [new TaskEntry("Look", 1, ["read"], static _ => default)])
            { Order = TaskOrder.Sequential },
            new UserClass("Clerk", "back-office", 1, [], static _ => throw new NotSupportedException(),
                [new TaskEntry("Pack", 1, [], static _ => default)])
            { Count = 2 },
        ],
        Bootstraps =
        [
            new BootstrapEntry("Secrets.Read", typeof(Secrets), [typeof(Uri)], true, default, default,
                static (_, _, _) => null!, null),
        ],
        Hooks =
        [
            new HookEntry("Stock.Fill", false, "shop", [], default, static (_, _, _) => Task.CompletedTask),
            new HookEntry("Stock.Count", true, null, [], default, static (_, _, _) => Task.CompletedTask),
        ],
    };

    [Theory]
    [InlineData("cli/list.txt")]
    [InlineData("cli/list-chosen.txt", "--scenario", "Guest,back-office", "--exclude-tags", "pay")]
    [InlineData("cli/list-tags.txt", "--tags", "pay")]
    [InlineData("cli/list-loads.txt", "--load", "Shopper: rate 30/m, users 20, when-busy drop, after 1m", "--load",
        "back-office: for 5m", "--exclude-tags", "browse")]
    public void What_there_is_to_run_reads_well(string golden, params string[] options) =>
        Golden.Matches(golden, Listed(new LoadOptions(), options));

    [Fact]
    public void A_load_files_own_loads_are_listed_and_what_has_none_too()
    {
        var inCode = new LoadOptions { Loads = { ["shop"] = new() { Stages = "30s:100,1m:100" } } };
        Golden.Matches("cli/list-loads-in-code.txt", Listed(inCode));
        Assert.Equal(Listed(new LoadOptions(), "--scenario", "shop"), Listed(inCode, "--scenario", "shop"));
    }

    [Theory]
    [InlineData("shpo: users 3", "--load \"shpo\" is unknown; there are shop, back-office", "Did you mean shop?")]
    [InlineData("shop: rate 3/s", "--load \"shop\": users is required with arrivals")]
    [InlineData("shop: users 3, fro 3s", "--load \"shop\": \"fro\" is unknown. Did you mean for?")]
    public void A_load_that_would_not_run_is_not_listed(string load, params string[] says)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Null(RunRequest.Read(["--list", "--load", load], Shop, output, error, out var exit));
        Assert.Equal((ExitCode.Usage, ""), (exit, output.ToString()));
        Assert.All(says, part => Assert.Contains(part, error.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void What_would_list_something_else_than_was_meant_is_told()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Null(RunRequest.Read(["--list", "--tags", ",", "--users", "few"], Shop, output, error, out var exit));
        Assert.Equal((ExitCode.Usage, ""), (exit, output.ToString()));
        Assert.Contains("--tags \",\" names nothing", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("--users \"few\" is not a whole number", error.ToString(), StringComparison.Ordinal);
    }

    static string Listed(LoadOptions inCode, params string[] options)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter());
        Assert.Null(RunRequest.Read(["--list", .. options], Shop, inCode, output, error, out var exit));
        Assert.Equal((ExitCode.Passed, ""), (exit, error.ToString()));
        return output.ToString();
    }

    [Fact]
    public void A_scenario_that_is_none_names_those_there_are_and_the_classes()
    {
        var error = new StringWriter();
        Assert.Null(RunRequest.Read(["--list", "--scenario", "Ghost"], Shop, TextWriter.Null, error, out var exit));
        Assert.Equal(ExitCode.Usage, exit);
        Assert.Equal("--scenario \"Ghost\" is unknown; there are shop, back-office; of user classes, Shopper, Guest, "
            + "Clerk. Did you mean Guest?" + Environment.NewLine, error.ToString());
    }

    [Fact]
    public void Help_reads_well()
    {
        var output = new StringWriter { NewLine = "\n" };
        HelpText.Print(output, "leanload-agent", Table, 100);
        Golden.Matches("cli/help.txt", output.ToString());
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-?")]
    [InlineData("--version")]
    public void Help_and_version_need_nothing_else(string option)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Null(RunRequest.Read([option], Table, output, error, out var exit));
        Assert.Equal((ExitCode.Passed, ""), (exit, error.ToString()));
        Assert.NotEqual("", output.ToString());
    }

    static RunRequest Read(params string[] args)
    {
        var error = new StringWriter();
        var request = RunRequest.Read(args, Table, TextWriter.Null, error, out _);
        Assert.True(request is not null, error.ToString());
        return request;
    }

    static string Problems(params string[] args)
    {
        var error = new StringWriter();
        Assert.Null(RunRequest.Read(args, Table, TextWriter.Null, error, out var exit));
        Assert.Equal(ExitCode.Usage, exit);
        return error.ToString();
    }

    sealed record Secrets(string Image, string? Token);
}
