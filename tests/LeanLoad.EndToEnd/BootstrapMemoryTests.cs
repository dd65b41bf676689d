using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// A bootstrap that takes more memory than there is, in the agent itself and in a child process; and what a load file
/// wants done before the first user and after the last.
/// </summary>
public sealed class BootstrapMemoryTests(ITestOutputHelper output)
{
    static string Hungry => JudgeTests.Project;

    [Theory]
    // Scenario, what its bootstrap takes at the least, MiB of the limit: how it ends.
    [InlineData("prepared", "64MiB", 32, 86)]
    [InlineData("prepared", "8MiB", 32, 0)]
    [InlineData("digested", "64MiB", 32, 86)]
    [InlineData("digested", "200MiB", 64, 86)]
    [InlineData("digested", "1MiB", 32, 0)]
    // Of what no collector knows of: 20 MiB a second.
    [InlineData("absorbed", "80MiB", 48, 86)]
    [InlineData("absorbed", "30MiB", 48, 0)]
    [InlineData("soaked", "80MiB", 48, 86)]
    [InlineData("primed", "64MiB", 32, 86)]
    [InlineData("primed", "8MiB", 32, 0)]
    [InlineData("rinsed", "64MiB", 32, 86)]
    public async Task What_does_not_fit_ends_with_86_and_complete_results_and_no_kill(
        string scenario, string each, int limitMiB, int exitCode)
    {
        Requires.MemoryCgroup();
        var binary = await AgentBinary.ResolveAsync(Hungry, Console.WriteLine, TestContext.Current.CancellationToken);
        using var scratch = new Scratch();
        var command = new Command(binary.Path,
            ["--scenario", scenario, "--users", "2", "--each", each, "--after", "4s", "--duration", "1s", "--log",
                "console", "--json", scratch["run.json"]])
        { Cage = Bytes.FromMiB(limitMiB) };
        var result = (await command.RunAsync()).Ended(exitCode);
        output.WriteLine(result.Output);
        Assert.Equal(0, result.Cage!.Value.OutOfMemoryKills);
        Assert.Equal(exitCode, scratch.Json("run.json").GetProperty("exitCode").GetInt32());
        if (exitCode == 0) return;
        var (what, why) = scenario switch
        {
            "absorbed" => ("Absorbed.Take", "its child process was ended: "),
            "soaked" => ("Soaked.Take", "it was ended: "),
            "primed" => ("Chores.Prime", "OutOfMemoryException"),
            "rinsed" => ("Chores.Rinse", "OutOfMemoryException"),
            _ => (".Take", "OutOfMemoryException"),
        };
        result.Said("WOULD EXCEED MEMORY", $"{what} failed: ", "The budget is", why);
    }

    [Theory]
    // Scenario, MiB of the limit, of native memory three times as much as fast as it can: a GiB a second and more.
    [InlineData("soaked", 32)]
    [InlineData("soaked", 128)]
    [InlineData("absorbed", 32)]
    [InlineData("absorbed", 128)]
    public async Task What_is_taken_faster_than_anybody_looks_is_refused(string scenario, int limitMiB)
    {
        Requires.MemoryCgroup();
        var binary = await AgentBinary.ResolveAsync(Hungry, Console.WriteLine, TestContext.Current.CancellationToken);
        using var scratch = new Scratch();
        var command = new Command(binary.Path,
            ["--scenario", scenario, "--users", "2", "--each", $"{3 * limitMiB}MiB", "--after", "1ms", "--duration",
                "1s", "--log", "console", "--json", scratch["run.json"]])
        { Cage = Bytes.FromMiB(limitMiB) };
        var result = (await command.RunAsync()).Ended(86);
        output.WriteLine(result.Output);
        Assert.Equal(0, result.Cage!.Value.OutOfMemoryKills);
        Assert.Equal(86, scratch.Json("run.json").GetProperty("exitCode").GetInt32());
        result.Said("WOULD EXCEED MEMORY", ".Take failed: ", "The budget is");
    }

    [Theory]
    // The limit before and while the bootstrap runs, which takes 64 MiB: how it ends.
    [InlineData(48, 160, 0)]
    [InlineData(160, 48, 86)]
    public async Task A_limit_that_changes_before_the_first_user_is_told_and_followed_by_the_heap(
        int beforeMiB, int nowMiB, int exitCode)
    {
        Requires.MemoryCgroup();
        var binary = await AgentBinary.ResolveAsync(Hungry, Console.WriteLine, TestContext.Current.CancellationToken);
        using var scratch = new Scratch();
        var command = new Command(binary.Path,
            ["--scenario", "delayed", "--users", "2", "--each", "64MiB", "--after", "3s", "--duration", "1s", "--log",
                "console", "--json", scratch["run.json"]])
        { Cage = Bytes.FromMiB(beforeMiB) };
        await using var running = command.Start();
        await running.SeesAsync("users 2; memory");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        running.ChangeCage(Bytes.FromMiB(nowMiB));
        var told = $"from {Bytes.FromMiB(beforeMiB)} to {Bytes.FromMiB(nowMiB)}: the run goes on with a budget of "
            + $"{Bytes.FromMiB(nowMiB)}";
        await running.SeesAsync(told);
        var result = (await running.Completion).Ended(exitCode);
        output.WriteLine(result.Output);
        Assert.Equal(0, result.Cage!.Value.OutOfMemoryKills);
        result.Said(told);
        if (exitCode != 0)
        {
            result.Said("Delayed.Take failed: OutOfMemoryException", $", {Bytes.FromMiB(nowMiB)}: give it more");
        }

        var memory = scratch.Json("run.json").GetProperty("memory");
        Assert.Equal(nowMiB << 20, memory.GetProperty("budgetBytes").GetInt64());
    }
}
