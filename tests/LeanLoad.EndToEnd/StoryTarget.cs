using LeanLoad.Profiler.Target;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>The embedded registry on a free loopback port, in the test's own process.</summary>
public sealed class StoryTarget : IAsyncLifetime
{
    EmbeddedRegistry? registry;

    internal EmbeddedRegistry Registry => registry!;

    public async ValueTask InitializeAsync() =>
        registry = await EmbeddedRegistry.StartAsync(new TargetOptions { Secret = DockerRegistry.Secret },
            CancellationToken.None);

    public ValueTask DisposeAsync() => Registry.DisposeAsync();

    /// <summary>An agent's options for a scenario of the story.</summary>
    internal string[] Options(string scenario, string users = "40", string ramp = "20/s", string duration = "3s") =>
        OptionsFor(Registry.Url, Registry.Image, scenario, users, ramp, duration);

    internal static string[] OptionsFor(
        string url, GeneratedImage image, string scenario, string users, string ramp, string duration) =>
    [
        "--scenario", scenario, "--users", users, "--ramp", ramp, "--duration", duration, "--url", url, "--image",
        image.Name, "--tag", image.Tag,
        "--digest", image.OciManifest.Digest, "--registry-user", DockerRegistry.User, "--registry-secret",
        DockerRegistry.Secret,
    ];
}
