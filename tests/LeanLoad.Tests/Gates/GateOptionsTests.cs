using System.CommandLine;
using LeanLoad.Benchmarks.Gates;
using Xunit;

namespace LeanLoad.Tests.Gates;

public sealed class GateOptionsTests
{
    [Theory]
    [InlineData("--prove", "")]
    [InlineData("--only bytes --accept", "")]
    [InlineData("--only bytes --times 2", "")]
    [InlineData("--accept --times 2", "--accept and --times exclude each other")]
    [InlineData("--prove --only bytes", "--prove excludes --only:")]
    [InlineData("--prove --accept", "--prove excludes --accept:")]
    [InlineData("--prove --times 1 --budgets other.json", "--prove excludes --times, --budgets:")]
    [InlineData("--prove --published", "--prove excludes --published:")]
    public void Options_that_would_be_ignored_are_refused(string typed, string says)
    {
        var command = new Command("gate");
        new GateOptions().AddTo(command);
        var problems = command.Parse(typed).Errors.Select(static error => error.Message).ToList();
        Assert.Equal(says.Length > 0 ? 1 : 0, problems.Count);
        Assert.StartsWith(says, problems.FirstOrDefault() ?? "", StringComparison.Ordinal);
    }
}
