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

    RunRecords(JournalWriter journal) => this.journal = journal;

    /// <summary>Why it ends early, for people; null while it does not.</summary>
    public string? Problem => journal.Problem;

    /// <exception cref="AgentException">The file can't be made.</exception>
    public static RunRecords Create(string path)
    {
        // A report written again into the same folder replaces all of it.
        File.Delete(path);
        return JournalWriter.TryCreate(path, out var journal, out var problem)
            ? new RunRecords(journal)
            : throw new AgentException(problem.Replace("--journal", "--out", StringComparison.Ordinal))
            {
                ExitCode = 2,
            };
    }

    public void Append(ReadOnlySpan<byte> record)
    {
        journal.Append(record);
        if (record is [(byte)RecordKind.Tick or (byte)RecordKind.RunEnded, ..]) journal.Flush();
    }

    public void Dispose() => journal.Dispose();
}
