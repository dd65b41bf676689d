using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// What people get wrong: each a sentence that says what and what to do, the documented exit code, and no stack trace.
/// </summary>
public sealed class BadInputTests(PublishedAgent agent, StoryTarget target) : IClassFixture<StoryTarget>
{
    [Fact]
    public async Task The_agent_lists_everything_that_is_wrong_at_once()
    {
        var result = (await agent.Command("--usrs", "3", "--duration", "30", "--memory", "64", "--ramp", "10", "--url",
            "localhost").RunAsync()).Ended(2);
        result.Said("--usrs is unknown. Did you mean --users?", "--duration \"30\"", "--memory \"64\"", "--ramp \"10\"",
            "10/s", "--url \"localhost\"", "http://");
    }

    [Fact]
    public async Task Missing_settings_are_listed_all_at_once_with_their_variables()
    {
        var result = (await agent.Command("--scenario", "registry").RunAsync()).Ended(2);
        result.Said("--url", "--image is required", "LEANLOAD_IMAGE", "--tag is required", "--digest is required",
            "--registry-user is required",
            "--registry-secret is required", "LEANLOAD_REGISTRY_SECRET");
    }

    [Fact]
    public async Task A_budget_below_what_the_agent_alone_needs_is_refused()
    {
        var result = (await agent.Command("--url", SilentServer.RefusingUrl(), "--memory", "8MiB").RunAsync()).Ended(2);
        result.Said("--memory is 8.0 MiB", "the agent alone needs 24.0 MiB", "24MiB or more");
    }

    [Fact]
    public async Task A_cage_below_what_the_agent_alone_needs_is_refused()
    {
        var result = (await (agent.Command("--url", SilentServer.RefusingUrl()) with { Cage = Bytes.FromMiB(22) })
            .RunAsync()).Ended(2);
        result.Said("22.0 MiB", "alone needs 24.0 MiB", "Raise the limit");
    }

    [Fact]
    public async Task A_target_that_refuses_is_named()
    {
        var url = SilentServer.RefusingUrl();
        (await agent.Command("--url", url, "--duration", "5s").RunAsync()).Ended(3)
            .Said("TARGET UNREACHABLE", url.TrimEnd('/'), "refused");
    }

    [Fact]
    public async Task A_host_that_does_not_resolve_is_named() =>
        (await agent.Command("--url", "http://no-such-host.invalid/", "--duration", "20s").RunAsync()).Ended(3)
            .Said("\"no-such-host.invalid\" does not resolve");

    [Fact]
    public async Task A_target_that_takes_requests_and_never_answers_is_no_success()
    {
        await using var server = new SilentServer();
        (await agent.Command("--url", server.Url, "--users", "3", "--duration", "500ms", "--stop-timeout", "100ms")
            .RunAsync()).Ended(99).Said("NOTHING SUCCEEDED", "All 3 iterations were cut off", "--stop-timeout");
    }

    [Fact]
    public async Task A_target_that_speaks_something_else_is_quoted()
    {
        await using var server = new SilentServer("SSH-2.0-OpenSSH_9.2\r\n");
        (await agent.Command("--url", server.Url, "--duration", "5s").RunAsync()).Ended(3)
            .Said("sent no HTTP/1.x response", "SSH-2.0");
    }

    [Theory]
    [InlineData("registry", "HubSession.SignIn")]
    [InlineData("registry-per-user", "RegistryPerUser.Start")]
    public async Task A_registry_that_refuses_connections_is_named_with_who_wanted_it(string scenario, string place)
    {
        var url = SilentServer.RefusingUrl();
        var options =
            StoryTarget.OptionsFor(url, target.Registry.Image, scenario, users: "2", ramp: "10/s", duration: "5s");
        (await agent.Command(options).RunAsync()).Ended(3)
            .Said(place, "--url gave no answer: nobody accepts connections there");
    }

    [Fact]
    public async Task A_wrong_secret_is_named_but_not_shown()
    {
        var options = target.Options("registry", users: "2");
        options[^1] = "not-the-secret";
        var result = (await agent.Command(options).RunAsync()).Ended(3).Said("refuses --registry-user \"device\"");
        Assert.DoesNotContain("not-the-secret", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_profiler_names_an_unknown_option_and_where_the_agents_belong()
    {
        var result = (await PublishedAgent.LeanLoad("run", agent.Path, "--users", "40").RunAsync()).Ended(2);
        result.Said("--users", "Options of the agent stand behind --", "leanload run --help");
        (await PublishedAgent.LeanLoad("demo", "--cagee", "x").RunAsync()).Ended(2)
            .Said("--cagee", "leanload demo --help");
        (await PublishedAgent.LeanLoad("run", agent.Path, "--cage", "64").RunAsync()).Ended(2)
            .Said("--cage \"64\"", "unit");
        (await PublishedAgent.LeanLoad("attach").RunAsync()).Ended(2).Said("Give one of --port and --pid");
    }

    [Fact]
    public async Task What_the_agent_does_not_take_the_profiler_says_in_its_words()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["run.journal"], "of a week");
        var result = await PublishedAgent.LeanLoad("run", agent.Path, "--out", scratch.Path, "--", "--usrs", "40",
            "--url", "http://127.0.0.1:9").RunAsync();
        result.Ended(2).Said("--usrs is unknown. Did you mean --users?");
        // An earlier run's records are still there.
        Assert.Equal("of a week", File.ReadAllText(scratch["run.journal"]));
        (await PublishedAgent.LeanLoad("run", agent.Path, "--out", scratch.Path, "--", "--help").RunAsync())
            .Ended(0).Said("--fail-if");
    }

    [Fact]
    public async Task What_is_no_agent_is_refused_with_the_reason()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["notes.txt"], "no agent");
        (await Run(scratch, scratch["notes.txt"])).Ended(2)
            .Said("neither a load file (.cs), nor a project (.csproj), nor a published agent");
        (await Run(scratch, scratch["nothing"])).Ended(2).Said("does not exist", "Name a load file");
        (await Run(scratch, "/bin/true")).Ended(1).Said("The agent ended before it could be watched");
    }

    [Fact]
    public async Task A_process_that_can_not_be_attached_to_is_refused_with_the_reason()
    {
        using var scratch = new Scratch();
        (await PublishedAgent.LeanLoad("attach", "--pid", "4194305", "--out", scratch.Path).RunAsync()).Ended(2)
            .Said("--pid 4194305: there is no such process");
        await using var foreign = new Command("sleep", ["60"]).Start();
        var result = (await PublishedAgent.LeanLoad("attach", "--pid", $"{foreign.Id}", "--out", scratch.Path)
            .RunAsync()).Ended(2);
        result.Said($"--pid {foreign.Id} can't be watched: it is no .NET process");
        File.WriteAllText(scratch["diary"], "of a year");
        (await PublishedAgent.LeanLoad("attach", "--port", scratch["diary"], "--out", scratch.Path).RunAsync())
            .Ended(2).Said("is there and is no socket");
        Assert.Equal("of a year", File.ReadAllText(scratch["diary"]));
        (await PublishedAgent.LeanLoad("attach", "--port", scratch["no/such/folder/port"], "--out", scratch.Path)
            .RunAsync()).Ended(2)
            .Said("its directory does not exist");
    }

    [Fact]
    public async Task Without_a_C_compiler_a_project_runs_on_the_ordinary_runtime_and_that_is_said()
    {
        using var scratch = new Scratch();
        var sdk = Directory.CreateDirectory(scratch["bin"]);
        File.CreateSymbolicLink(Path.Combine(sdk.FullName, "dotnet"),
            Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : FindOnPath("dotnet"));
        var run = PublishedAgent.LeanLoad("run", PublishedAgent.Project, "--out", scratch.Path, "--")
            .With(target.Options("registry", users: "2", duration: "1s"));
        var result = await (run with
        {
            Variables = new Dictionary<string, string?> { ["PATH"] = sdk.FullName },
            // The first time it is built for that runtime.
            Limit = TimeSpan.FromMinutes(4),
        }).RunAsync();
        result.Ended(0).Said("There is no C compiler on PATH", "apt-get install gcc", "ordinary runtime", "PASSED");
    }

    static Task<CommandResult> Run(Scratch scratch, string path) =>
        PublishedAgent.LeanLoad("run", path, "--out", scratch["out"]).RunAsync();

    static string FindOnPath(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(directory => Path.Combine(directory, program))
            .First(File.Exists);
}
