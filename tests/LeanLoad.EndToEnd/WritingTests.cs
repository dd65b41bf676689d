using LeanLoad.EndToEnd.Pods;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// The first steps of a new user, from an empty folder, with the package as it would be published and with the sources
/// beside it.
/// </summary>
public sealed class WritingTests(WritingTests.Package package, StoryTarget target)
    : IClassFixture<WritingTests.Package>, IClassFixture<StoryTarget>
{
    /// <summary>The README's own first load file.</summary>
    const string First = """
        #:package LeanLoad@VERSION
        using LeanLoad;
        return await LoadTest.RunAsync(args);

        [LoadUser] class Visitor : HttpUser { [LoadTask] public async ValueTask Home() => (await Http.Get("/v2/")).Check(401); }
        """;

    [Fact]
    public async Task From_an_empty_folder_to_the_first_request_it_takes_one_file_and_one_command()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["load.cs"], First.Replace("VERSION", package.Version, StringComparison.Ordinal));
        File.WriteAllText(scratch["nuget.config"], package.Config);
        var run = Dotnet(scratch.Path, "run", "load.cs", "--", "--url", target.Registry.Url, "--iterations", "5");
        (await run.RunAsync()).Ended(0).Said("PASSED", "/v2/");
        (await run.With("--one").RunAsync()).Ended(0).Said("Home", "/v2/");
    }

    [Fact]
    public async Task A_new_project_builds_and_its_own_test_passes()
    {
        using var scratch = new Scratch();
        var created = PublishedAgent.LeanLoad("new", "web-shop", "--packages", package.Folder, "--package-version",
            package.Version);
        (await (created with { Directory = scratch.Path }).RunAsync()).Ended(0)
            .Said("web-shop/load/WebShop.cs", "dotnet test");
        (await (created with { Directory = scratch.Path }).RunAsync()).Ended(2).Said("is there already");
        (await Dotnet(scratch["web-shop"], "test").RunAsync()).Ended(0).Said("succeeded: 1");
        (await Dotnet(scratch["web-shop"], "run", "--no-build", "--project", "load", "--", "--list").RunAsync())
            .Ended(0).Said("Scenario visitor", "Home", "75 %");
        var native = PublishedAgent.LeanLoad("run", "load", "--", "--list") with
        {
            Directory = scratch["web-shop"],
            Limit = TimeSpan.FromMinutes(5),
        };
        (await native.RunAsync()).Ended(0).Said("Publishing WebShop.csproj (native", "Published WebShop in", "75 %");
    }

    [Fact]
    public async Task A_new_project_gates_what_its_users_allocate_and_fails_once_a_task_is_beyond_its_budget()
    {
        using var scratch = new Scratch();
        var created = PublishedAgent.LeanLoad("new", "web-shop", "--packages", package.Folder, "--package-version",
            package.Version);
        (await (created with { Directory = scratch.Path }).RunAsync()).Ended(0).Said("benchmarks -c Release -- gate");
        var gate = Gate(scratch["web-shop"]);
        (await gate.RunAsync()).Ended(0).Said("passed: 4 benchmarks are within their budgets");

        // Two objects of 24 bytes: with them the task's 176 B become more than its budget of 200 B.
        var load = scratch["web-shop/load/WebShop.cs"];
        var before = File.ReadAllText(load);
        var after = before.Replace(
            "(await Http.Get(\"/\")).Check(200);", "(await Http.Get(\"/\")).Check(Held(200));",
            StringComparison.Ordinal)
            + """

                static class More { public static object? Held; }

                """;
        after = after.Replace("[LoadTask, Tag", """
            static int Held(int status)
                {
                    More.Held = new object();
                    More.Held = new object();
                    return status;
                }

                [LoadTask, Tag
            """, StringComparison.Ordinal);
        File.WriteAllText(load, after);
        (await gate.RunAsync()).Ended(1)
            .Said("FAILED: VisitorBenchmarks.Home allocates 224 B, budget 200 B; 100 % of it by the task");
    }

    [Fact]
    public async Task A_new_project_inside_the_repository_is_built_and_gated_against_the_sources()
    {
        var folder = Path.Combine(Repository.Root, "artifacts", $"new-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            var created = PublishedAgent.LeanLoad("new", "web-shop") with { Directory = folder };
            (await created.RunAsync()).Ended(0).Said("web-shop/Directory.Build.props");
            (await Gate(Path.Combine(folder, "web-shop")).RunAsync()).Ended(0).Said("passed: 4 benchmarks");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_load_file_inside_the_repository_is_published_against_the_sources_once_and_profiled()
    {
        using var scratch = new Scratch();
        using var nginx = new Nginx("location / { return 200 hello; }");
        var file = Path.Combine(Repository.Root, "tests", "fixtures", "load", "first.cs");
        var run = PublishedAgent.LeanLoad("run", file, "--out", scratch["out"], "--", "--url", nginx.Url, "--users",
            "2", "--iterations", "20") with
        {
            Variables = new Dictionary<string, string?> { ["XDG_CACHE_HOME"] = scratch["cache"] },
            Limit = TimeSpan.FromMinutes(5),
        };
        (await run.RunAsync()).Ended(0).Said("Publishing first.cs (native", "PASSED", "20");
        var again = (await run.RunAsync()).Ended(0).Said("PASSED");
        Assert.DoesNotContain("Publishing", again.All, StringComparison.Ordinal);
    }

    static Command Gate(string project) =>
        Dotnet(project, "run", "--project", "benchmarks", "-c", "Release", "--", "gate");

    static Command Dotnet(string folder, params string[] arguments) => new("dotnet", arguments)
    {
        Directory = folder,
        Limit = TimeSpan.FromMinutes(5),
        Variables = Variables,
    };

    static readonly Dictionary<string, string?> Variables = new()
    {
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        ["CI"] = null,
    };

    /// <summary>The packages, packed once, under a version that no cache has seen.</summary>
    public sealed class Package : IAsyncLifetime
    {
        readonly Scratch scratch = new();

        /// <summary>Ends in the moment it was made.</summary>
        public string Version { get; } = $"0.0.{DateTime.UtcNow.Ticks / TimeSpan.TicksPerSecond % 1_000_000_000}-test";

        public string Folder => scratch.Path;

        public string Config => $"""
            <configuration><packageSources><add key="local" value="{Folder}" /></packageSources></configuration>
            """;

        public async ValueTask InitializeAsync()
        {
            foreach (var project in (string[])["agent/LeanLoad", "benchmarks/LeanLoad.Benchmarking"])
            {
                var path = Path.Combine(Repository.Root, project);
                (await Dotnet(Folder, "pack", path, "-c", "Release", "-o", Folder, $"-p:PackageVersion={Version}", "-v",
                    "q").RunAsync()).Ended(0);
            }
        }

        public ValueTask DisposeAsync()
        {
            scratch.Dispose();
            // What restoring them left behind, for a version that never comes again.
            var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
                ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget",
                    "packages");
            foreach (var name in (string[])["leanload", "leanload.benchmarking"])
            {
                var cached = Path.Combine(cache, name, Version);
                if (Directory.Exists(cached)) Directory.Delete(cached, recursive: true);
            }

            return ValueTask.CompletedTask;
        }
    }
}
