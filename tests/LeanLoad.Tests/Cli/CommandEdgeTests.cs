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

    [Theory]
    [InlineData("attach --pid abc", "--pid \"abc\" is not a whole number from 1 to 2147483647.")]
    [InlineData("attach --pid 0", "--pid \"0\" is not a whole number")]
    [InlineData("target --port 70000", "--port \"70000\" is not a whole number from 0 to 65535.")]
    [InlineData("target --seed x", "--seed \"x\" is not a whole number")]
    [InlineData("attach", "Give one of --port and --pid.")]
    public async Task A_value_that_is_none_is_told_in_our_words(string typed, string says)
    {
        var errors = new StringWriter();
        Assert.Equal(2, await CommandEdge.InvokeAsync(typed.Split(' '), Commands.Create([]), errors));
        Assert.Contains(says, errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Cannot parse", errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("new")]
    [InlineData("run")]
    [InlineData("attach")]
    [InlineData("demo")]
    [InlineData("target")]
    [InlineData("report")]
    [InlineData("diff")]
    public async Task Help_reads_well(string command)
    {
        using var output = new StringWriter();
        string[] args = command.Length == 0 ? ["--help"] : [command, "--help"];
        var parsed = Commands.Create([]).Parse(args);
        Assert.Equal(0, await parsed.InvokeAsync(new InvocationConfiguration { Output = output },
            TestContext.Current.CancellationToken));
        // The program is the test's here; trailing blanks are the library's.
        var text = string.Join('\n', output.ToString().ReplaceLineEndings("\n").Split('\n')
            .Select(static line => line.TrimEnd())).Replace("LeanLoad.Tests", "leanload", StringComparison.Ordinal);
        Golden.Matches($"cli/profiler{(command.Length == 0 ? "" : "-")}{command}.txt", text);
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
