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
    /// <param name="path">
    /// A file written by <c>--journal</c>, a folder that <c>leanload</c> wrote, or the report in it.
    /// </param>
    /// <exception cref="AgentException">There is no journal, or it does not hold a run.</exception>
    public static ProfileResult Read(string path)
    {
        var journal = JournalOf(path);
        if (!File.Exists(journal)) throw Usage(Missing(path, journal));
        if (!JournalReader.TryOpen(journal, out var reader, out var problem)) throw Usage($"{problem} {Hint(path)}");
        var view = new RunView();
        using (reader)
        {
            while (reader.TryNext(out var record)) view.Accept(record);
            problem = reader.Problem;
        }

        if (view.Started is not { } started)
        {
            throw Usage($"{journal} holds {Counted.Of(reader.Records, "whole record")}, and no record says "
                + $"what ran. {problem}".TrimEnd());
        }

        return Result(view, started, Source(journal, view, problem));
    }

    /// <summary>Reads two; what is wrong with either is told at once.</summary>
    /// <exception cref="AgentException">One of them can't be read, or neither.</exception>
    public static (ProfileResult Before, ProfileResult After) ReadBoth(string before, string after)
    {
        var results = new List<ProfileResult>();
        var problems = new List<string>();
        foreach (var path in (string[])[before, after])
        {
            try
            {
                results.Add(Read(path));
            }
            catch (AgentException problem)
            {
                problems.Add(problem.Message);
            }
        }

        return problems.Count == 0 ? (results[0], results[1])
            : throw Usage(string.Join(Environment.NewLine, problems.Distinct()));
    }

    static AgentException Usage(string problem) => new(problem) { ExitCode = 2 };

    /// <summary>A report in a results folder stands for the records beside it, of which it was made.</summary>
    static string JournalOf(string path)
    {
        if (Directory.Exists(path)) return Path.Combine(path, ResultFolder.JournalName);
        if (!ResultFolder.IsReport(path)) return path;
        var beside = Path.Combine(Path.GetDirectoryName(path) ?? "", ResultFolder.JournalName);
        return File.Exists(beside) ? beside : path;
    }

    static string Missing(string path, string journal) => journal == path
        ? $"\"{path}\" does not exist. {Wanted}."
        : $"\"{path}\" holds no {ResultFolder.JournalName}: it is no results folder of one run. {Wanted}.";

    const string Wanted = "Name a results folder that leanload wrote, or a journal that an agent wrote with --journal";

    static string Hint(string path) => Path.GetExtension(path) is ".json" or ".html"
        ? $"A summary has no records, and a run is read from its records. {Wanted}." : $"{Wanted}.";

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
        var unread = view.Unread > 0
            ? $" {Counted.Of(view.Unread, "record was", "records were")} of a newer version or could not be read." : "";
        return $"{journal}{(problem is null ? "" : $". {problem}")}{unread}";
    }
}
