using System.Globalization;
using LeanLoad.Memory;
using LeanLoad.Profiler.Target;
using Xunit;

namespace LeanLoad.Tests.Docker;

/// <summary>docker/pod.yaml repeats what the program computes elsewhere; nobody would see it go stale.</summary>
public sealed class PodFileTests
{
    static readonly string[] Lines =
        [.. File.ReadLines(Repository.PathOf("docker", "pod.yaml")).Select(static line => line.Trim())];

    [Fact]
    public void Pulls_the_image_that_the_target_generates()
    {
        var image = new GeneratedImage(seed: 1);
        Assert.Equal(image.Name, After("- --image="));
        Assert.Equal(image.Tag, After("- --tag="));
        Assert.Equal(image.OciManifest.Digest, After("- --digest="));
    }

    [Fact]
    public void Sets_the_collector_as_the_profiler_would_for_the_containers_limit()
    {
        var settings =
            GcSettings.For(Bytes.FromMiB(Number(After("memory: ").Replace("Mi", ""))), Number(After("- --users=")));
        Assert.All(settings.Variables,
            variable => Assert.Equal($"value: \"{variable.Value}\"", LineBelow($"- name: {variable.Name}")));
    }

    static string After(string start) =>
        Lines.Single(line => line.StartsWith(start, StringComparison.Ordinal))[start.Length..];

    static string LineBelow(string line) => Lines[Array.IndexOf(Lines, line) + 1];

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
