using LeanLoad.Diagnostics;

namespace LeanLoad.Stats;

/// <summary>
/// One loop's iterations, by the ledger's scope id of their task. Not thread-safe: only its loop calls it.
/// </summary>
/// <param name="scopes">Scopes of the run: ids run from 0 to one less.</param>
sealed class IterationTable(int scopes)
{
    readonly IterationStats?[] sinceTick = new IterationStats?[scopes];
    readonly IterationStats?[] total = new IterationStats?[scopes];

    /// <summary>Iterations that ended.</summary>
    public long Iterations { get; private set; }

    /// <summary>Counts one iteration.</summary>
    /// <param name="scope">The scope of its task.</param>
    /// <param name="us">From its first step to its last, in microseconds.</param>
    /// <param name="failed">Whether it threw.</param>
    public void Record(int scope, long us, bool failed)
    {
        (sinceTick[scope] ??= new()).Record(us, failed);
        Iterations++;
    }

    /// <summary>Writes what happened since the last tick, and folds it into the totals.</summary>
    /// <param name="at">Since the run started.</param>
    /// <param name="stream">Where to; null where nobody listens.</param>
    public void Tick(TimeSpan at, RecordStream? stream)
    {
        for (var scope = 0; scope < sinceTick.Length; scope++)
        {
            if (sinceTick[scope] is not { Iterations: > 0 } stats) continue;
            if (stream is { IsOn: true })
            {
                stream.Write(new IterationDelta(at, scope, stats.Iterations, stats.Failures, stats.Time));
            }

            (total[scope] ??= new()).Merge(stats);
            stats.Reset();
        }
    }

    /// <summary>
    /// Adds everything recorded so far to a report over several loops; call it on the loop, or after the loop has
    /// ended.
    /// </summary>
    /// <param name="report">By scope id; rows are added where they are missing.</param>
    public void AddTo(SortedDictionary<int, IterationStats> report)
    {
        for (var scope = 0; scope < sinceTick.Length; scope++)
        {
            if (sinceTick[scope] is not { } stats) continue;
            if (!report.TryGetValue(scope, out var row)) report.Add(scope, row = new());
            row.Merge(stats);
            if (total[scope] is { } before) row.Merge(before);
        }
    }
}
