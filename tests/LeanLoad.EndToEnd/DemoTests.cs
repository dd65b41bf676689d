using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>The story, as a person sees it who types one command.</summary>
public sealed class DemoTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_demo_names_the_culprit_before_half_the_users_started_and_passes_once_the_sign_in_is_shared()
    {
        Requires.MemoryCgroup();
        using var scratch = new Scratch();
        var began = Stopwatch.StartNew();
        var result = (await PublishedAgent.LeanLoad("demo", "--out", scratch.Path).RunAsync()).Ended(0);
        output.WriteLine($"The demo took {began.Elapsed.TotalSeconds:0.0} s.");
        Assert.InRange(began.Elapsed.TotalSeconds, 0, 40);

        var before = scratch.Json("per-user/report.json").GetProperty("run");
        Assert.Equal(86, before.GetProperty("exitCode").GetInt32());
        Assert.InRange(before.GetProperty("users").GetProperty("started").GetInt32(), 1, 19);
        var verdict = before.GetProperty("verdict").GetString()!;
        Assert.Contains("RegistryPerUser.Start keeps", verdict, StringComparison.Ordinal);
        Assert.Contains("Make it a [Bootstrap]", verdict, StringComparison.Ordinal);

        var after = scratch.Json("shared/report.json").GetProperty("run");
        Assert.Equal(0, after.GetProperty("exitCode").GetInt32());
        Assert.Equal(40, after.GetProperty("users").GetProperty("started").GetInt32());
        Assert.Equal(0, Failures(after));
        Assert.True(Peak(after) < Bytes.FromMiB(24).Count);

        // The terminal and the page say what the JSON says; the kernel killed nothing in either half.
        result.Said(verdict, after.GetProperty("verdict").GetString()!, "killed nothing");
        Assert.Equal(2, string.Join(' ', result.Output.Split((char[])[' ', '\n'],
            StringSplitOptions.RemoveEmptyEntries)).Split("killed nothing").Length - 1);
        Assert.Contains("RegistryPerUser.Start", File.ReadAllText(scratch["per-user/report.html"]),
            StringComparison.Ordinal);
        Assert.True(File.Exists(scratch["shared/report.html"]));
    }

    static long Failures(JsonElement run) =>
        run.GetProperty("requests").GetProperty("all").GetProperty("failures").GetInt64();

    static long Peak(JsonElement run) => run.GetProperty("memory").GetProperty("peakUnreclaimableBytes").GetInt64();
}
