using System.Text.Json;
using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// What the profiler says of memory that grows while the users stay the same, watched and from the journal of an agent
/// that ran alone. All runs at once: they do next to nothing. What is kept is known anew with each full collection,
/// here every 3 MiB: so a leak that is to be seen in half a minute must be fast.
/// </summary>
public sealed class LeakTests(ITestOutputHelper output)
{
    const string Seconds = "40s";

    /// <summary>Ten users in 64 MiB: what they do, and how many KiB a second they keep; null: none.</summary>
    static readonly (string What, string[] Options, double? Leaks)[] Runs =
    [
        ("leaks", ["--scenario", "leak", "--each", "64KiB"], 640),
        ("leaks late", ["--scenario", "late", "--each", "100KiB", "--after", "10s"], 1000),
        ("fills a cache", ["--scenario", "cache", "--each", "1MiB", "--after", "8s"], null),
        ("comes and goes", ["--scenario", "sawtooth", "--each", "100KiB"], null),
        ("keeps what it has", ["--scenario", "linear", "--each", "256KiB"], null),
    ];

    [Fact]
    public async Task A_leak_is_told_with_its_rate_and_what_is_none_is_not()
    {
        var cancel = TestContext.Current.CancellationToken;
        var binary = await AgentBinary.ResolveAsync(JudgeTests.Project, Console.WriteLine, cancel);
        using var scratch = new Scratch();
        var alone = Runs.Select(run => new Command(binary.Path,
            [.. run.Options, .. Load, "--journal", scratch[run.What]]).RunAsync());
        var watched = PublishedAgent.LeanLoad(
            ["run", binary.Path, "--out", scratch["watched"], "--", .. Runs[0].Options, .. Load]).RunAsync();
        foreach (var ended in await Task.WhenAll([.. alone, watched])) ended.Ended(0);

        foreach (var (what, _, leaks) in Runs)
        {
            var folder = what + ", reported";
            var report = await PublishedAgent.LeanLoad("report", scratch[what], "--out", scratch[folder]).RunAsync();
            Check(what, report.Ended(0), scratch.Json(folder + "/report.json"), leaks);
        }

        Check("leaks, watched", await watched, scratch.Json("watched/report.json"), Runs[0].Leaks);
        Assert.Contains("<dt>Leak</dt>", await File.ReadAllTextAsync(scratch["watched/report.html"], cancel),
            StringComparison.Ordinal);
    }

    // Six at once on as few processors as there are: how late they are is not asked.
    static string[] Load =>
        ["--users", "10", "--ramp", "20/s", "--duration", Seconds, "--memory", "64MiB", "--when-limited", "warn"];

    void Check(string what, CommandResult report, JsonElement json, double? leaks)
    {
        var judgement = json.GetProperty("profile").GetProperty("judgement");
        var leak = judgement.GetProperty("leak");
        output.WriteLine($"{what}: {leak}");
        Assert.InRange(judgement.GetProperty("watchedForLeaksMs").GetDouble(), 30_000, 40_000);
        var isFound = leak.ValueKind != JsonValueKind.Null;
        Assert.True(isFound == leaks is not null, $"{what}: {leak}");
        Assert.Equal(isFound, report.Output.Contains("What is kept of memory grew by", StringComparison.Ordinal));
        if (leaks is not double kiB) return;
        Assert.InRange(kiB * 1024, Figure("lowerBytesPerSecond") * 0.8, Figure("upperBytesPerSecond") * 1.2);
        Assert.EndsWith("User.Leak", leak.GetProperty("allocatedMost").GetString(), StringComparison.Ordinal);

        double Figure(string name) => leak.GetProperty(name).GetDouble();
    }
}
