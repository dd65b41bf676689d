namespace LeanLoad.EndToEnd.Pods;

/// <summary>
/// The images of <c>docker/Dockerfile.scratch</c>, built once for all tests, by the commands of
/// <c>docker/README.md</c>.
/// </summary>
public sealed class StoryImages : IAsyncDisposable
{
    static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(8);

    // Its result or its failure is that of every test: a second try would take as long to fail.
    Task<Podman>? built;

    /// <summary>Builds them the first time; skips the test where that can't be done.</summary>
    internal Task<Podman> BuiltAsync(CancellationToken cancel) => built ??= BuildAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (built is { IsCompletedSuccessfully: true }) await (await built).DisposeAsync();
    }

    static async Task<Podman> BuildAsync(CancellationToken cancel)
    {
        Podman.Require();
        var podman = new Podman();
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(BuildLimit);
            var stage = podman.PathOf("stage/");
            await podman.RunAsync("dotnet", ["msbuild", "docker/stage.proj", $"-p:Stage={stage}", "-v:m"], limit.Token);
            foreach (var image in (string[])["agent", "profiler"])
            {
                await podman.RunAsync(
                    limit.Token, "build", "-q", "-f", "docker/Dockerfile.scratch", "--target", image, "-t",
                    $"leanload-{image}", stage);
            }

            return podman;
        }
        catch
        {
            await podman.DisposeAsync();
            throw;
        }
    }
}
