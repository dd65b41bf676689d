using System.Globalization;
using System.Text.Json;
using Xunit;

namespace LeanLoad.EndToEnd.Pods;

/// <summary>
/// <c>docker/pod.yaml</c> under <c>podman kube play</c>: three containers, 64 MiB for the agent, read-only roots, one
/// uid, no capabilities.
/// </summary>
public sealed class PodTests(StoryImages images) : IClassFixture<StoryImages>
{
    static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Users_that_sign_in_for_themselves_do_not_fit_and_the_profiler_beside_them_says_why()
    {
        var run = await PlayAsync("registry-per-user");
        Assert.Equal((86, 86), (run.Agent, run.Profiler));
        // Kept as the container's termination message.
        Assert.Contains("RegistryPerUser.Start keeps", run.AgentLog, StringComparison.Ordinal);
        Assert.Contains("RegistryPerUser.Start keeps", run.Report, StringComparison.Ordinal);
        // The budget may be less: whoever is first on a host is charged with the program's pages.
        Assert.Matches(@"limit +64\.0 MiB", run.AgentLog);
    }

    [Fact]
    public async Task Users_that_share_a_sign_in_fit()
    {
        var run = await PlayAsync("registry");
        Assert.Equal((0, 0), (run.Agent, run.Profiler));
        Assert.Contains("\"headline\": \"passed\"", run.Report, StringComparison.Ordinal);
    }

    async Task<PodRun> PlayAsync(string scenario)
    {
        var podman = await images.BuiltAsync(TestContext.Current.CancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(RunLimit);
        var pod = podman.PathOf($"{scenario}.yaml");
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docker", "pod.yaml"), limit.Token);
        await File.WriteAllTextAsync(pod, text.Replace("--scenario=registry-per-user", $"--scenario={scenario}",
            StringComparison.Ordinal), limit.Token);
        await podman.RunAsync(limit.Token, "kube", "play", "--network", "none", pod);
        try
        {
            var codes = (await podman.RunAsync(limit.Token, "wait", "leanload-agent", "leanload-profiler"))
                .Split('\n')[..2]
                .Select(static code => int.Parse(code, CultureInfo.InvariantCulture)).ToArray();
            var agentLog = await podman.RunAsync(limit.Token, "logs", "leanload-agent");
            var report = podman.PathOf($"{scenario}.json");
            await podman.RunAsync(limit.Token, "cp", "leanload-profiler:/results/report.json", report);
            using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(report, limit.Token));
            return new PodRun(codes[0], codes[1], agentLog, json.RootElement.GetRawText());
        }
        finally
        {
            await podman.RunAsync(CancellationToken.None, "kube", "down", pod);
            await podman.RunAsync(CancellationToken.None, "volume", "rm", "--all", "--force");
        }
    }

    /// <param name="Agent">The agent's exit code.</param>
    /// <param name="Profiler">The profiler's.</param>
    /// <param name="AgentLog">Summary and log.</param>
    /// <param name="Report">The profiler's report.json.</param>
    sealed record PodRun(int Agent, int Profiler, string AgentLog, string Report);
}
