using System.Text.Json;
using LeanLoad.Tests.Http;
using Xunit;

namespace LeanLoad.Tests.Cli;

/// <summary>
/// Whole runs, as a person or a pipeline sees them: the exit code, what is said, and what is left behind.
/// </summary>
public sealed partial class RunTests : IDisposable
{
    const int Interrupt = 2;
    const int Terminate = 15;

    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("leanload-");

    [Fact]
    public void A_run_that_went_as_planned_passes_with_its_results()
    {
        var ended = TestLoad.Run("--scenario", "fine", "--users", "3", "--iterations", "3000", "--json",
            PathOf("run.json"), "--journal", PathOf("run.journal"));
        Expect(0, "PASSED", ended);
        Assert.Equal(3000, Iterations("run.json"));
        Assert.True(new FileInfo(PathOf("run.journal")).Length > 1000);
        for (var user = 0; user < 3; user++)
        {
            Assert.Contains($"user {user} stopped", ended.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("returned", "made in another process")]
    [InlineData("here", "made in this process")]
    public void A_bootstrap_runs_once_where_it_should(string scenario, string where)
    {
        var ended = TestLoad.Run("--scenario", scenario, "--users", "3", "--duration", "5s");
        Expect(0, "PASSED", ended);
        Assert.Equal(3, ended.Error.Split(where).Length - 1);
    }

    [Theory]
    [InlineData("thrown", "Bootstraps.Throw failed: InvalidOperationException: the registry said no")]
    [InlineData("hung", "Bootstraps.Hang failed: it did not finish within 1 s")]
    [InlineData("nothing", "returned null")]
    [InlineData("huge", "MaxResultBytes")]
    [InlineData("dead", "was killed (exit code 137)")]
    [InlineData("killed", "was killed (exit code 137)")]
    [InlineData("here-thrown", "Bootstraps.ThrowHere failed: InvalidOperationException: the registry said no")]
    [InlineData("here-hung", "Bootstraps.HangHere failed: it did not finish within 1 s")]
    [InlineData("here-blocked", "Bootstraps.BlockHere failed: it did not finish within 1 s")]
    public void A_bootstrap_that_fails_ends_the_run_before_its_first_user(string scenario, string why)
    {
        var ended =
            TestLoad.Run("--scenario", scenario, "--users", "5", "--duration", "5s", "--json", PathOf("run.json"));
        Expect(3, why, ended);
        Assert.DoesNotContain("Ready", ended.Error, StringComparison.Ordinal);
        Assert.Equal(3, Number("run.json", "exitCode"));
    }

    [Fact]
    public void What_a_child_prints_never_meets_the_result()
    {
        var ended = TestLoad.Run("--scenario", "talkative", "--iterations", "1", "--json", "-");
        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("a line that nobody may take for a result", ended.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(ended.Output);
    }

    [Fact]
    public void Users_that_all_fail_to_start_end_the_run()
    {
        Expect(3, "NoStartUser.Start threw InvalidOperationException: no seat left",
            TestLoad.Run("--scenario", "no-start", "--users", "4", "--duration", "30s"));
        Expect(3, "BrokenTypeUser.Start threw TypeInitializationException",
            TestLoad.Run("--scenario", "broken-type", "--users", "4", "--duration", "30s"));
    }

    [Fact]
    public void Users_that_start_go_on_without_those_that_failed()
    {
        var ended = TestLoad.Run("--scenario", "half-start", "--users", "6", "--iterations", "60", "--json",
            PathOf("run.json"));
        Expect(0, "PASSED", ended);
        Assert.Equal(60, Iterations("run.json"));
    }

    [Fact]
    public void Settings_that_are_missing_are_all_told_and_a_secret_is_never_shown()
    {
        var ended = TestLoad.Run("--scenario", "settings", "--pause", "5");
        Expect(2, "--answer is required; give it, or set LEANLOAD_ANSWER.", ended);
        Assert.Contains("--password is required", ended.Error, StringComparison.Ordinal);
        Assert.Contains("--pause \"5\" is not a duration", ended.Error, StringComparison.Ordinal);
        ended = TestLoad.Run("--scenario", "settings", "--answer", "42", "--password", "pa55word", "--iterations", "1",
            "--json", PathOf("run.json"));
        Expect(0, "PASSED", ended);
        Assert.DoesNotContain("pa55word", ended.Said + File.ReadAllText(PathOf("run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_that_throws_is_counted_and_named() =>
        Expect(99, "FormatException", TestLoad.Run("--scenario", "throws", "--users", "2", "--iterations", "10"));

    [Fact]
    public void A_target_that_refuses_or_does_not_resolve_or_answers_garbage_is_unreachable()
    {
        int port;
        using (var server = new ScriptedServer(ScriptedServer.Once(""))) port = server.Port;
        Expect(3, "refused", TestLoad.Run("--scenario", "http", "--users", "5", "--duration", "20s", "--url",
            $"http://127.0.0.1:{port}/"));
        Expect(3, "does not resolve", TestLoad.Run("--scenario", "http", "--users", "5", "--duration", "20s", "--url",
            "http://no-such-host.invalid/"));
        using var garbage = new ScriptedServer(ScriptedServer.Once("220 mail.example ESMTP\r\n"));
        Expect(3, "no HTTP/1.x response",
            TestLoad.Run("--scenario", "http", "--users", "5", "--duration", "20s", "--url", garbage.Url.ToString()));
    }

    /// <summary>In a bootstrap, in the ramp, at rest, and with iterations in flight.</summary>
    [Theory]
    [InlineData("slow", "waiting in the child", Interrupt)]
    [InlineData("fine", "Ready", Interrupt, "--users", "50", "--ramp", "1/s")]
    [InlineData("fine", "Ready", Terminate, "--users", "2")]
    [InlineData("waiting", "iteration began", Interrupt, "--users", "2")]
    public void A_signal_ends_the_run_with_its_results(string scenario, string moment, int signal, params string[] load)
    {
        using var running = TestLoad.Start(
            ["--scenario", scenario, "--duration", "10m", "--stop-timeout", "100ms", "--json", PathOf("run.json"),
                .. load]);
        var ended = running.When(moment).Signal(signal).WaitForEnd();
        Expect(105, signal == Interrupt ? "SIGINT" : "SIGTERM", ended);
        Assert.Equal(105, Number("run.json", "exitCode"));
    }

    [Fact]
    public void A_signal_while_stopping_does_not_wait_for_what_is_in_flight()
    {
        using var running = TestLoad.Start("--scenario", "waiting", "--duration", "500ms", "--stop-timeout", "10m",
            "--json", PathOf("run.json"));
        running.When("iteration began").When("Waiting up to").Signal(Interrupt);
        Expect(105, "SIGINT", running.WaitForEnd());
        Assert.Equal(105, Number("run.json", "exitCode"));
    }

    [Fact]
    public void A_user_that_blocks_its_loop_is_named_and_the_run_ends()
    {
        var ended = TestLoad.Run("--scenario", "blocks", "--duration", "2s", "--stop-timeout", "100ms");
        Expect(0, "BlockingUser.Block", ended);
    }

    [Fact]
    public void Results_that_could_not_be_written_are_told_and_cost_the_zero()
    {
        var place = directory.CreateSubdirectory("gone");
        using var load = TestLoad.Start("--scenario", "fine", "--duration", "1s", "--json",
            Path.Combine(place.FullName, "run.json"));
        load.When("Ready");
        place.Delete(recursive: true);
        Expect(87, "--json", load.WaitForEnd());
    }

    [Fact]
    public void A_journal_that_can_hold_nothing_is_told_before_the_first_user_and_costs_the_zero()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        var ended = TestLoad.Run("--scenario", "fine", "--duration", "1s", "--journal", "/dev/full");
        Expect(87, "--journal \"/dev/full\"", ended);
        Assert.Contains("No space left on device", ended.Error.Split("Ready")[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--usrs", "3", "--usrs")]
    [InlineData("--journal", "/", "--journal")]
    public void A_mistyped_option_leaves_the_results_of_an_earlier_run_where_they_are(
        string option, string value, string said)
    {
        string[] names = ["run.hlog", "run.json", "run.xml", "run_history.csv", "run_stats.csv"];
        foreach (var name in names) File.WriteAllText(PathOf(name), "of an earlier run");
        Expect(2, said, TestLoad.Run("--scenario", "fine", "--json", PathOf("run.json"), "--junit", PathOf("run.xml"),
            "--csv", PathOf("run"), "--hdr", PathOf("run.hlog"), option, value));
        Assert.Equal(names, directory.EnumerateFiles().Select(static file => file.Name).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal("of an earlier run", File.ReadAllText(PathOf(name))));
    }

    [Fact]
    public void The_ledger_charges_known_allocations_within_a_thousandth()
    {
        var ended = TestLoad.Run("--scenario", "allocates", "--users", "40", "--iterations", "20000", "--json",
            PathOf("run.json"));
        Expect(0, "PASSED", ended);
        using var json = JsonDocument.Parse(File.ReadAllText(PathOf("run.json")));
        var scopes = json.RootElement.GetProperty("ledger").EnumerateArray()
            .ToDictionary(static scope => scope.GetProperty("scope").GetString()!,
                static scope => scope.GetProperty("allocatedBytes").GetInt64());
        Within(scopes["Ballast.Take"], 8L << 20);
        Within(scopes["AllocatingUser.Start"], 40L * (2 << 20));
        Within(scopes["AllocatingUser.Work"], 20000L * 512);

        static void Within(long charged, long known) => Assert.InRange(charged, known * 0.999, known * 1.001);
    }

    public void Dispose() => directory.Delete(recursive: true);

    static void Expect(int exitCode, string said, TestLoad.Ended ended)
    {
        Assert.True(ended.ExitCode == exitCode, ended.Said);
        Assert.True(ended.Said.Contains(said, StringComparison.Ordinal), $"\"{said}\" is missing in: {ended.Said}");
        Assert.False(ended.HasStackTrace, ended.Said);
    }

    string PathOf(string name) => Path.Combine(directory.FullName, name);

    long Iterations(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(PathOf(file)));
        return json.RootElement.GetProperty("iterations").EnumerateArray()
            .Sum(static task => task.GetProperty("iterations").GetInt64());
    }

    long Number(string file, string property)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(PathOf(file)));
        return json.RootElement.GetProperty(property).GetInt64();
    }

    [Fact]
    public void Hooks_run_once_before_the_first_user_and_once_after_the_last()
    {
        var ended = TestLoad.Run("--scenario", "hooked", "--users", "3", "--iterations", "1000");
        Assert.True(ended.ExitCode == 0, ended.Said);
        var said = ended.Error.Split('\n').Select(static line => line.Trim())
            .Where(static line => line.StartsWith("hook", StringComparison.Ordinal));
        Assert.Equal(["hook: started", "hook: user", "hook: user", "hook: user", "hook: stopped"], said);
    }

    [Theory]
    [InlineData("exhausted", 86, "would exceed memory", "ExhaustedUser")]
    [InlineData("stops", 0, "stopped by the load file", "StoppingUser (user 0) ended the run: seen enough")]
    [InlineData("fails", 99, "failed by the load file",
        "FailingUser (user 0) ended the run as failed: the basket is empty")]
    public void A_run_that_its_load_file_ends_says_why(string scenario, int exitCode, string headline, string verdict)
    {
        var ended = TestLoad.Run("--scenario", scenario, "--duration", "60s");
        Assert.True(ended.ExitCode == exitCode, ended.Said);
        Assert.Contains(headline, ended.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(verdict, ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_users_have_all_stopped_themselves_is_over()
    {
        var ended = TestLoad.Run("--scenario", "leaves", "--users", "3", "--duration", "60s", "--json", "-");
        Assert.True(ended.ExitCode == 0, ended.Said);
        Assert.Contains("\"planned\": 3", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_of_a_fixed_number_set_how_many_users_there_are_at_least()
    {
        Assert.Contains("\"planned\": 3",
            TestLoad.Run("--scenario", "counted", "--iterations", "3", "--json", "-").Output, StringComparison.Ordinal);
        var few = TestLoad.Run("--scenario", "counted", "--users", "2");
        Assert.Equal(2, few.ExitCode);
        Assert.Contains("--users 2 is less than the classes of a fixed number need: CountedUser 3. Give 3 or more.",
            few.Error, StringComparison.Ordinal);
        Assert.Contains("--users 4 is more than", TestLoad.Run("--scenario", "counted", "--users", "4").Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("steps", 0)]
    [InlineData("steps,throws", 99)]
    public void One_user_does_each_task_once_and_says_what_each_step_took(string scenario, int exitCode)
    {
        var ended = TestLoad.Run("--scenario", scenario, "--one", "--users", "40");
        Assert.True(ended.ExitCode == exitCode, ended.Said);
        // Times and bytes differ from run to run; what is there, and in which order, does not.
        var text = StackLine()
            .Replace(Padding().Replace(Quantity().Replace(ended.Output.ReplaceLineEndings("\n"), "#"), " "), "");
        Golden.Matches($"cli/one-{(exitCode == 0 ? "passed" : "failed")}.txt", text);
    }

    [Fact]
    public void A_hook_that_throws_ends_the_run_before_its_first_user_and_every_export_says_so()
    {
        File.WriteAllText(PathOf("run.xml"), "of the last run");
        File.WriteAllText(PathOf("run_stats.csv"), "of the last run");
        var ended = TestLoad.Run("--scenario", "unhooked", "--iterations", "6", "--junit", PathOf("run.xml"), "--csv",
            PathOf("run"), "--hdr", PathOf("run.hlog"));
        Assert.True(ended.ExitCode == 3, ended.Said);
        Assert.Contains("<failure type=\"run\" message=\"exit code 3: Hooks.Refuse failed",
            File.ReadAllText(PathOf("run.xml")), StringComparison.Ordinal);
        Assert.StartsWith("type,", File.ReadAllText(PathOf("run_stats.csv")), StringComparison.Ordinal);
        Assert.True(File.Exists(PathOf("run_history.csv")) && File.Exists(PathOf("run.hlog")));
        Assert.Equal("of the last run", File.ReadAllText(PathOf("run.xml.previous")));
        Assert.Equal("of the last run", File.ReadAllText(PathOf("run_stats.csv.previous")));
        Assert.Contains("Hooks.Refuse failed: InvalidOperationException: the shop is closed",
            ended.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.False(ended.HasStackTrace);
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\d[\d.,]* (us|ms|s|B|KiB|MiB)\b")]
    private static partial System.Text.RegularExpressions.Regex Quantity();

    [System.Text.RegularExpressions.GeneratedRegex(" +")]
    private static partial System.Text.RegularExpressions.Regex Padding();

    [System.Text.RegularExpressions.GeneratedRegex("\n ?at .*")]
    private static partial System.Text.RegularExpressions.Regex StackLine();
}
