using LeanLoad.Diagnostics;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>A limit that changes while a run goes on, as a pod's does in place.</summary>
public sealed class ChangingLimitTests(PublishedAgent agent, ITestOutputHelper output)
{
    [Fact]
    public async Task A_limit_that_is_lowered_and_raised_is_noticed_within_a_second_and_all_is_planned_anew()
    {
        Requires.MemoryCgroup();
        using var server = new EchoingServer();
        using var scratch = new Scratch();
        var command = agent.Command("--url", server.Url, "--users", "8", "--ramp", "100/s", "--duration", "7s",
            "--log", "console", "--when-limited", "warn", "--journal", scratch["run.journal"],
            "--json", scratch["run.json"]) with
        { Cage = Bytes.FromMiB(128) };
        await using var running = command.Start();
        await running.SeesAsync("Ready");
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        var lowered = Change(running, 48);
        await running.SeesAsync("changed from 128 MiB to 48.0 MiB");
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        var raised = Change(running, 200);
        await running.SeesAsync("changed from 48.0 MiB to 200 MiB");
        (await running.Completion).Ended(0).Said("the run goes on with a budget of 48.0 MiB, of which the managed heap",
            "the run goes on with a budget of 200 MiB, of which the managed heap", "users fit.");

        var records = Journal.Read(scratch["run.journal"]);
        var began = records.OfType<RunStarted>().Single().StartedAt;
        var told = records.OfType<Warning>().Where(static one => one.Text.Contains("changed from")).ToList();
        Assert.Equal(2, told.Count);
        foreach (var (warning, at) in told.Zip([lowered, raised]))
        {
            var after = began + warning.At - at;
            output.WriteLine($"After {after.TotalMilliseconds:0} ms: {warning.Text}");
            // The start of the journal's time is written in whole milliseconds.
            Assert.InRange(after.TotalSeconds, -0.01, 1);
        }

        // Who reads the records knows the budget as it is then, and so does the summary.
        Assert.Equal([48.0, 200.0], records.OfType<BudgetChanged>().Select(static one => one.Limit!.Value.MiB));
        var memory = scratch.Json("run.json").GetProperty("memory");
        Assert.Equal(200 << 20, memory.GetProperty("budgetBytes").GetInt64());
        Assert.EndsWith(", 200 MiB", memory.GetProperty("budgetSource").GetString());

        // The new plan: as many users fit as there is room for now.
        var fit = told.Select(warning => records.OfType<Projected>().First(one => one.At >= warning.At).UsersThatFit!)
            .ToList();
        var before = records.OfType<Projected>().Last(one => one.At < told[0].At).UsersThatFit!;
        output.WriteLine($"Users that fit: {before}, {fit[0]}, {fit[1]}.");
        Assert.True(fit[0] < before && before < fit[1]);
        // The collector keeps to it: what the heap may take is below the new budget, and grows with it again.
        var heap = told.Select(static one => HeapOf(one.Text)).ToList();
        Assert.InRange(heap[0], 24, 47);
        Assert.InRange(heap[1], 100, 199);
        Assert.Equal([48.0, 200.0], told.Select(warning =>
            records.OfType<Tick>().First(tick => tick.At > warning.At + TimeSpan.FromSeconds(0.2)).Memory.Limit!.Value
                .MiB));
    }

    [Fact]
    public async Task A_limit_that_is_taken_away_and_set_again_is_followed_by_the_heap()
    {
        Requires.MemoryCgroup();
        using var server = new EchoingServer();
        var command = agent.Command("--url", server.Url, "--users", "8", "--ramp", "100/s", "--duration", "5s",
            "--log", "console", "--when-limited", "warn") with
        { Cage = Bytes.FromMiB(64) };
        await using var running = command.Start();
        await running.SeesAsync("Ready");
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        running.ChangeCage(new Bytes(long.MaxValue));
        await running.SeesAsync("of 64.0 MiB was taken away: no budget is known now.");
        running.ChangeCage(Bytes.FromMiB(96));
        await running.SeesAsync("was set to 96.0 MiB; there was none before: the run goes on with a budget of 96.0 MiB,"
            + " of which the managed heap may take");
        (await running.Completion).Ended(0);
    }

    static DateTimeOffset Change(RunningCommand running, int limitMiB)
    {
        running.ChangeCage(Bytes.FromMiB(limitMiB));
        return DateTimeOffset.UtcNow;
    }

    static double HeapOf(string warning)
    {
        const string before = "managed heap may take ";
        var text = warning[(warning.IndexOf(before, StringComparison.Ordinal) + before.Length)..];
        Assert.True(Bytes.TryParse(text[..text.IndexOf("iB", StringComparison.Ordinal)].Replace(" ", "") + "iB",
            out var amount, out var problem), problem);
        return amount.MiB;
    }
}
