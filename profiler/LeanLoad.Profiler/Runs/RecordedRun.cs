using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Diagnostics;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Verdicts;

namespace LeanLoad.Profiler.Runs;

/// <summary>
/// A run that has been: its journal, read through the same attribution, projection and verdict as one that is watched.
/// Every whole record is used, also of an agent that was killed. What no record carries is unknown: types, collections,
/// the kernel's own count.
/// </summary>
static class RecordedRun
{
    /// <summary>Reads a journal, or that of a results folder.</summary>
    /// <param name="path">A file written by <c>--journal</c>, or a folder that <c>leanload</c> wrote.</param>
    /// <exception cref="AgentException">There is no journal, or it does not hold a run.</exception>
    public static ProfileResult Read(string path)
    {
        var journal = Directory.Exists(path) ? Path.Combine(path, ResultFolder.JournalName) : path;
        if (!File.Exists(journal)) throw Usage(Missing(path, journal));
        if (!JournalReader.TryOpen(journal, out var reader, out var problem)) throw Usage(problem);
        var view = new RunView();
        using (reader)
        {
            while (reader.TryNext(out var record)) view.Accept(record);
            problem = reader.Problem;
        }

        if (view.Started is not { } started)
        {
            throw Usage(
                $"{journal} holds {reader.Records} whole records, and none of them says what ran. {problem}".TrimEnd());
        }

        return Result(view, started, Source(journal, view, problem));
    }

    static AgentException Usage(string problem) => new(problem) { ExitCode = 2 };

    static string Missing(string path, string journal) => journal == path
        ? $"\"{path}\" does not exist; name a journal, or a results folder of leanload."
        : $"\"{path}\" holds no {ResultFolder.JournalName}: it is no results folder of one run.";

    static ProfileResult Result(RunView view, RunStarted started, string source)
    {
        var samples = new SampleTally();
        var judgement = Judgement.Of(view, samples, GcSettings.For(started.Budget, started.PlannedUsers));
        var exitCode = view.Ended?.ExitCode ?? 1;
        return new ProfileResult
        {
            Run = ResultOfView.Build(view, judgement, exitCode, "it was killed, or still runs"),
            Judgement = judgement,
            Attribution = Attributed.Table(view, samples),
            Timeline = view.Ticks,
            Projections = view.Projections,
            Collections = null,
            Session = new SessionEnd(SessionEndReason.Journal, EventsLost: 0, source),
            ExitCode = exitCode,
        };
    }

    static string Source(string journal, RunView view, string? problem)
    {
        var unread = view.Unread > 0 ? $" {view.Unread} records were of a newer version or could not be read." : "";
        return $"{journal}{(problem is null ? "" : $". {problem}")}{unread}";
    }
}
