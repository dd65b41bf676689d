using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>What came of a program.</summary>
/// <param name="ExitCode">128 + n for signal n.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Cage">What the kernel counted; null without a cage.</param>
sealed record CommandResult(int ExitCode, string Output, string Error, CageReading? Cage)
{
    /// <summary>Both streams.</summary>
    public string All => Output + Error;

    /// <summary>It ended as expected, the kernel killed nothing, and nobody was shown a stack trace.</summary>
    public CommandResult Ended(int exitCode)
    {
        if (ExitCode != exitCode) Assert.Fail($"Exit code {exitCode} was expected: {this}");
        Assert.DoesNotContain("   at ", All, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", All, StringComparison.OrdinalIgnoreCase);
        if (Cage is { } cage) Assert.Equal(0, cage.OutOfMemoryKills);
        return this;
    }

    /// <summary>It said each of these, wherever lines break.</summary>
    public CommandResult Said(params string[] parts)
    {
        var text = string.Join(' ', All.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in parts) Assert.Contains(part, text, StringComparison.Ordinal);
        return this;
    }

    public override string ToString() =>
        $"exit code {ExitCode}\n--- output\n{Output}\n--- error\n{Error}\n--- cage {Cage}";
}
