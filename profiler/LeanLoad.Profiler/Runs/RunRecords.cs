using LeanLoad.Diagnostics;
using LeanLoad.Profiler.Agents;

namespace LeanLoad.Profiler.Runs;

/// <summary>
/// Keeps the records of a watched run in a journal of its results folder, so that it can be reported and compared
/// again. What was told up to the last second survives the profiler, too.
/// </summary>
sealed class RunRecords : IDisposable
{
    readonly JournalWriter journal;
    readonly string path;
    bool hasBegun;

    RunRecords(JournalWriter journal, string path) => (this.journal, this.path) = (journal, path);

    // Until a run begins, which a mistyped option prevents, what an earlier one left in the same folder stays.
    const string New = ".new";

    /// <summary>Why it ends early, for people; null while it does not.</summary>
    public string? Problem => journal.Problem?.Replace(path + New, path, StringComparison.Ordinal);

    /// <exception cref="AgentException">The file can't be made.</exception>
    public static RunRecords Create(string path)
    {
        File.Delete(path + New);
        if (JournalWriter.TryCreate(path + New, out var journal, out var problem))
        {
            if (journal.Problem is null) return new RunRecords(journal, path);
            problem = journal.Problem;
            journal.Dispose();
        }

        throw new AgentException(problem.Replace("--journal", "--out", StringComparison.Ordinal)) { ExitCode = 2 };
    }

    public void Append(ReadOnlySpan<byte> record)
    {
        if (!hasBegun) File.Move(path + New, path, overwrite: true);
        hasBegun = true;
        journal.Append(record);
        if (record is [(byte)RecordKind.Tick or (byte)RecordKind.RunEnded, ..]) journal.Flush();
    }

    /// <summary>Has the system store them: from then on <see cref="Problem"/> is the last word.</summary>
    public void Finish() => journal.Finish();

    public void Dispose()
    {
        journal.Dispose();
        if (!hasBegun) File.Delete(path + New);
    }
}
