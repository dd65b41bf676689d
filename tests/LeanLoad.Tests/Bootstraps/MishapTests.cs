using Xunit;

namespace LeanLoad.Tests.Bootstraps;

/// <summary>Bootstraps that go wrong, each in a process of its own: a sentence, exit code 3, no stack trace.</summary>
public sealed class MishapTests
{
    [Theory]
    [InlineData("thrown", "Thrown.Make failed: InvalidOperationException: the hub said no")]
    [InlineData("thrown-here", "ThrownHere.Make failed: InvalidOperationException: the hub said no")]
    [InlineData("hung", "Hung.Make failed: it did not finish within 2 s. Raise [Bootstrap(TimeLimitSeconds")]
    [InlineData("hung-here", "HungHere.Make failed: it did not finish within 1 s.")]
    [InlineData("nothing", "Nothing.Make failed: it returned null instead of a Nothing.")]
    [InlineData("nothing-here", "NothingHere.Make failed: it returned null instead of a NothingHere.")]
    [InlineData("huge", "Huge.Make failed: its result is 4.9 KiB of JSON; at most 1000 B may come home.")]
    [InlineData("dead", "Dead.Make failed: its child process was killed (exit code 137), most likely for want of memory")]
    public async Task Ends_the_run_before_its_first_user_and_says_why(string scenario, string sentence)
    {
        var result = await TestLoad.RunAsync("--scenario", scenario, "--users", "3", "--duration", "1s");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(sentence, result.Output, StringComparison.Ordinal);
        Assert.Contains("0 of 3 users", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_isolated_result_comes_home_from_another_process_and_its_prints_stay_out_of_the_results()
    {
        var result = await TestLoad.RunAsync("--scenario", "fine", "--users", "2", "--duration", "200ms", "--json", "-");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("{", result.Output, StringComparison.Ordinal);
        Assert.Contains("the bootstrap printed this", result.Error, StringComparison.Ordinal);
        Assert.Contains("Fine.Make ran in a child process", result.Error, StringComparison.Ordinal);
    }
}
