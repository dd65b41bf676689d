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

    /// <summary>The package, packed once, under a version that no cache has seen.</summary>
    public sealed class Package : IAsyncLifetime
    {
        readonly Scratch scratch = new();

        /// <summary>Ends in the moment it was made.</summary>
        public string Version { get; } = $"0.0.{DateTime.UtcNow.Ticks / TimeSpan.TicksPerSecond % 1_000_000_000}-test";

        public string Folder => scratch.Path;

        public string Config => $"""<configuration><packageSources><add key="local" value="{Folder}" /></packageSources></configuration>""";

        public async ValueTask InitializeAsync()
        {
            var project = Path.Combine(Repository.Root, "agent", "LeanLoad", "LeanLoad.csproj");
            (await Dotnet(Folder, "pack", project, "-c", "Release", "-o", Folder, $"-p:PackageVersion={Version}", "-v",
                "q").RunAsync()).Ended(0);
        }

        public ValueTask DisposeAsync()
        {
            scratch.Dispose();
            // What restoring it left behind, for a version that never comes again.
            var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
                ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget",
                    "packages");
            var cached = Path.Combine(cache, "leanload", Version);
            if (Directory.Exists(cached)) Directory.Delete(cached, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
