using System.CommandLine;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Runs;
using LeanLoad.Report;

namespace LeanLoad.Profiler.Cli;

/// <summary>
/// <c>leanload report FOLDER | JOURNAL</c>: a run that has been, also of an agent that ran alone or was killed.
/// </summary>
static class ReportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run")
        {
            Description = "A results folder, or the report in it; or a journal that an agent wrote with --journal.",
        };
        var output = new Option<string?>("--out")
        {
            Description = "Where report.json and report.html go. Default: nowhere.",
            HelpName = "folder",
        };
        var command = new Command("report",
            "Reports a run that has been, from its records: also of an agent that was killed.") { run, output };
        command.SetAction((parsed, _) => Task.FromResult(Write(parsed.GetRequiredValue(run), parsed.GetValue(output))));
        return command;
    }

    /// <summary>Succeeds where the run can be read, whatever came of it.</summary>
    static int Write(string run, string? output)
    {
        var result = RecordedRun.Read(run);
        if (output is not null)
        {
            var folder = ResultFolder.Create(output, "report", DateTimeOffset.Now);
            return RunSession.TryReport(result, folder) ? 0 : RunSession.NotStored;
        }

        TerminalReport.Write(Console.Out, Prose.Columns, RunSession.HasColours, result);
        return 0;
    }
}
