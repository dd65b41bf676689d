using System.CommandLine;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Runs;
using LeanLoad.Report;

namespace LeanLoad.Profiler.Cli;

/// <summary><c>leanload diff BEFORE AFTER</c>: two runs that have been, side by side.</summary>
static class DiffCommand
{
    public static Command Create()
    {
        var before = new Argument<string>("before")
        {
            Description = "A results folder, or the report in it; or a journal that an agent wrote with --journal.",
        };
        var after = new Argument<string>("after") { Description = "Another." };
        var command = new Command("diff",
            "Compares two runs that have been: memory, who allocates, response times, scenarios.") { before, after };
        command.SetAction((parsed, _) =>
        {
            var (then, now) = RecordedRun.ReadBoth(parsed.GetRequiredValue(before), parsed.GetRequiredValue(after));
            Comparison.Write(Console.Out, Prose.Columns, RunSession.HasColours, then, now);
            Comparison.WriteDetails(Console.Out, Prose.Columns, RunSession.HasColours, then, now);
            return Task.FromResult(0);
        });
        return command;
    }
}
