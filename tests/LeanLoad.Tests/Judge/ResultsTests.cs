using LeanLoad.Judge;
using Xunit;

namespace LeanLoad.Tests.Judge;

public sealed class ResultsTests
{
    const string Verdict = "40 users need 90 MiB; the limit is 64 MiB.";
    const string Json = """
        {"exitCode": 86, "headline": "would exceed memory", "verdict": "40 users need 90 MiB; the limit is 64 MiB.",
         "requests": {"all": {"requests": 12, "failures": 2}}, "iterations": [{"iterations": 3}, {"iterations": 4}],
         "warnings": [{"text": "it's\nlate"}]}
        """;

    const string Summary = """
        WOULD EXCEED MEMORY  exit code 86
        40 users need
        90 MiB; the limit is 64 MiB.

        Memory, charged and not reclaimable
          peak  60 MiB

        Warning: it's
        late
        """;

    static readonly RunTotals Totals = new(86, "would exceed memory", Verdict, 12, 2, 7);

    /// <summary>What is changed in JSON or summary, the exit code; and what is said to be wrong, if anything.</summary>
    [Theory]
    [InlineData("", "", 86, null)]
    [InlineData("", "", 0, "exit code 86, it was 0")]
    [InlineData("\"requests\": 12", "\"requests\": 11", 86, "--json says")]
    [InlineData("\"iterations\": 4", "\"iterations\": 5", 86, "--json says")]
    [InlineData("\"exitCode\": 86", "\"exitCode\": 0", 86, "--json says")]
    [InlineData("\"failures\": 2", "\"failures\": 3", 86, "--json says")]
    [InlineData("\"warnings\"", "\"others\"", 86, "--json is not whole")]
    [InlineData("late\"}]}", "late\"}]", 86, "--json is not whole")]
    [InlineData("WOULD EXCEED MEMORY", "PASSED", 86, "the summary does not begin with")]
    [InlineData("is 64 MiB.\n\nMemory", "is\n\nMemory", 86, "the summary lacks \"40 users need 90 MiB;")]
    [InlineData("Memory, charged", "Memory", 86, "the summary lacks \"Memory, charged")]
    [InlineData("Warning: it's\nlate", "", 86, "the summary lacks \"it's late\"")]
    public void Json_summary_journal_and_exit_code_must_be_whole_and_say_the_same(
        string old, string changed, int exitCode, string? problem)
    {
        var path = Path.GetTempFileName();
        try
        {
            var found = (Json + Summary).Contains(old, StringComparison.Ordinal);
            Assert.True(found, "the table asks to change what is not there");
            File.WriteAllText(path, old.Length == 0 ? Json : Json.Replace(old, changed, StringComparison.Ordinal));
            var summary = old.Length == 0 ? Summary : Summary.Replace(old, changed, StringComparison.Ordinal);

            var said = Results.ProblemOf(path, summary, exitCode, Totals);

            if (problem is null) Assert.Null(said);
            else Assert.Contains(problem, said, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_journal_without_an_end_and_a_file_that_is_not_there_are_said()
    {
        Assert.Equal("the journal has no end", Results.ProblemOf("/nowhere", "", 0, null));
        Assert.StartsWith("--json is not whole: Could not find", Results.ProblemOf("/nowhere/run.json", "", 0, Totals));
    }
}
