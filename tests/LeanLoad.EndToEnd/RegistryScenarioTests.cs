using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>Both ways to sign in, against a registry that is not ours.</summary>
public sealed class RegistryScenarioTests(PublishedAgent agent, StoryTarget target) : IClassFixture<StoryTarget>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("registry")]
    [InlineData("registry-per-user")]
    public async Task Every_request_to_a_real_registry_succeeds(string scenario)
    {
        await using var registry = await DockerRegistry.StartAsync(Cancel);
        using var scratch = new Scratch();
        var options =
            StoryTarget.OptionsFor(registry.Url, registry.Image, scenario, users: "5", ramp: "10/s", duration: "3s");
        (await agent.Command(options).With("--json", scratch["run.json"]).RunAsync()).Ended(0);
        AllSucceeded(scratch);
    }

    [Fact]
    public async Task The_portable_poller_runs_the_same_scenario()
    {
        using var scratch = new Scratch();
        (await agent.Command(target.Options("registry", users: "10", duration: "2s"))
            .With("--poller", "portable", "--json", scratch["run.json"]).RunAsync()).Ended(0);
        AllSucceeded(scratch);
    }

    static void AllSucceeded(Scratch scratch)
    {
        var run = scratch.Json("run.json");
        var all = run.GetProperty("requests").GetProperty("all");
        Assert.Equal(0, all.GetProperty("failures").GetInt64());
        var names = run.GetProperty("requests").GetProperty("byName").EnumerateArray()
            .Where(row => row.GetProperty("requests").GetInt64() > 0).Select(row => row.GetProperty("name").GetString())
                .ToArray();
        foreach (var name in new[] { "/v2/", "/v2/{image}/manifests/{tag}", "/v2/{image}/manifests/{digest}",
            "/v2/{image}/blobs/{blob}" })
            Assert.Contains(name, names);
        Assert.Equal(0,
            run.GetProperty("iterations").EnumerateArray().Sum(row => row.GetProperty("failures").GetInt64()));
    }
}
