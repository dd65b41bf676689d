namespace LeanLoad.EndToEnd.Pods;

/// <summary>The images of <c>docker/Dockerfile.scratch</c>, built once for all tests, by the commands of <c>docker/README.md</c>.</summary>
public sealed class StoryImages : IAsyncDisposable
{
    static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(8);

    Podman? podman;

    /// <summary>Builds them the first time; skips the test where that can't be done.</summary>
    internal async Task<Podman> BuiltAsync(CancellationToken cancel)
    {
        if (podman is not null) return podman;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(BuildLimit);
        podman = new Podman();
        var stage = podman.PathOf("stage/");
        await podman.RunAsync("dotnet", ["msbuild", "docker/stage.proj", $"-p:Stage={stage}", "-v:m"], limit.Token);
        foreach (var image in (string[])["agent", "profiler"])
        {
            await podman.RunAsync(
                limit.Token, "build", "-q", "-f", "docker/Dockerfile.scratch", "--target", image, "-t", $"leanload-{image}", stage);
        }

        return podman;
    }

    public async ValueTask DisposeAsync()
    {
        if (podman is not null) await podman.DisposeAsync();
    }
}
