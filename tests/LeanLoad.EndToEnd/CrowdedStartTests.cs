using LeanLoad.Diagnostics;
using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// Users that all start at once, and hold more while they start than they keep: a TLS handshake takes twice the memory
/// of the connection that is left. What they keep fits; what so many handshakes hold together does not.
/// </summary>
public sealed class CrowdedStartTests(ITestOutputHelper output)
{
    static string Hungry =>
        Path.Combine(Path.GetDirectoryName(PublishedAgent.Project)!, "..", "tests", "LeanLoad.HungryLoad");

    [Theory]
    [InlineData(32, 900)]
    [InlineData(64, 1950)]
    public async Task Handshakes_that_all_begin_at_once_wait_for_each_other_and_the_run_passes(int limitMiB, int users)
    {
        var binary = await AgentBinary.ResolveAsync(Hungry, Console.WriteLine, TestContext.Current.CancellationToken);
        using var nginx = new TlsNginx();
        using var scratch = new Scratch();
        var command = new Command(binary.Path,
            ["--scenario", "tls", "--users", $"{users}", "--duration", "6s", "--url",
                $"https://127.0.0.1:{nginx.Port}", "--insecure", "true", "--each", "1B", "--when-limited", "warn",
                "--json", scratch["run.json"], "--journal", scratch["run.journal"]])
        { Cage = Bytes.FromMiB(limitMiB) };
        var result = (await command.RunAsync()).Ended(0);
        output.WriteLine($"{limitMiB} MiB: the kernel counted {result.Cage!.Value.Peak}.");

        Assert.Equal(users, scratch.Json("run.json").GetProperty("users").GetProperty("started").GetInt32());
        // The reader is told why the ramp took longer than he asked.
        var records = Journal.Read(scratch["run.journal"]);
        var warning = Assert.Single(records.OfType<Warning>(), static one => one.Code == "starts");
        Assert.Matches(@"^[\d,]+ users are starting, .* users are let in as starts end", warning.Text);
        Assert.Contains(records.OfType<PlateauReached>(), static one => one.Plateau.Starts.HeldByEach > Bytes.Zero);
    }
}
