using System.CommandLine;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Cli;
using Xunit;

namespace LeanLoad.Tests.Cli;

public sealed class CommandEdgeTests
{
    [Fact]
    public async Task Every_way_to_fail_has_its_sentence_and_its_exit_code()
    {
        (Exception Fault, int ExitCode, string Sentence)[] ways =
        [
            (new AgentException("No agent."), 1, "No agent."),
            (new AgentException("No such agent.") { ExitCode = 2 }, 2, "No such agent."),
            (new OperationCanceledException(), 105, "Interrupted before there were results."),
            (new IOException("Disk full."), 2, "Disk full."),
            (new UnauthorizedAccessException("Not yours."), 2, "Not yours."),
        ];
        foreach (var (fault, exitCode, sentence) in ways)
        {
            var (code, error) = await Invoke([], () => throw fault);
            Assert.Equal((exitCode, sentence + Environment.NewLine), (code, error));
        }
    }

    [Fact]
    public async Task A_fault_of_ours_says_so_and_how_it_came_about()
    {
        var (code, error) = await Invoke([], static () => throw new InvalidOperationException("Oh."));
        Assert.Equal(1, code);
        Assert.Contains("A fault of leanload itself", error, StringComparison.Ordinal);
        Assert.Contains(nameof(CommandEdgeTests), error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_understood_is_usage_and_the_agents_options_are_sent_behind_the_dashes()
    {
        var (code, error) = await Invoke(["run", "--users", "40"], static () => 0);
        Assert.Equal(2, code);
        Assert.Contains("behind --: leanload run … -- --users", error, StringComparison.Ordinal);
        Assert.Contains("leanload run --help", error, StringComparison.Ordinal);
    }

    static async Task<(int Code, string Error)> Invoke(string[] args, Func<int> action)
    {
        var root = new RootCommand();
        root.SetAction(_ => action());
        root.Add(new Command("run"));
        var errors = new StringWriter();
        return (await CommandEdge.InvokeAsync(args, root, errors), errors.ToString());
    }
}
