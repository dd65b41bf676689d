using LeanLoad.Diagnostics;

namespace LeanLoad.Stats;

/// <summary>
/// One loop's iterations, by the ledger's scope id of their task. Not thread-safe: only its loop calls it.
/// </summary>
/// <param name="scopes">Scopes of the run: ids run from 0 to one less.</param>
/// <param name="windows">The windows of its loop.</param>
sealed class IterationTable(int scopes, WindowTable? windows = null)
{
    readonly WindowTable windows = windows ?? new();
    readonly IterationStats?[] sinceTick = new IterationStats?[scopes];
    readonly IterationStats?[] total = new IterationStats?[scopes];

    /// <summary>Iterations that ended.</summary>
    public long Iterations { get; private set; }

    /// <summary>Iterations that threw.</summary>
    public long Failures { get; private set; }

    /// <summary>Iterations that the end of the run cut off; not among <see cref="Iterations"/>.</summary>
    public long Cut { get; private set; }

    /// <summary>The sum of their times, in microseconds.</summary>
    public long TotalUs { get; private set; }

    /// <summary>The windows it counts into.</summary>
    public WindowTable Windows => windows;

    /// <summary>Counts one iteration.</summary>
    /// <param name="scope">The scope of its task.</param>
    /// <param name="us">From its first step to its last, in microseconds.</param>
    /// <param name="failed">Whether it threw.</param>
    /// <param name="began">The window it began in.</param>
    /// <param name="group">The group of users that its user belongs to.</param>
    public void Record(int scope, long us, bool failed, int began = WindowTable.Always, int group = 0)
    {
        Iterations++;
        TotalUs += us;
        if (failed) Failures++;
        if (windows.IsOld(began))
        {
            windows[began].AddIteration(us, failed, group);
            return;
        }

        windows.Open.AddIteration(us, failed, group);
        (sinceTick[scope] ??= new()).Record(us, failed);
    }

    /// <summary>Counts one iteration that the end of the run cut off.</summary>
    public void RecordCut(int scope)
    {
        Cut++;
        (sinceTick[scope] ??= new()).RecordCut();
    }

    /// <summary>
    /// Begins an epoch: everything so far is of an earlier one. Call it right after <see cref="Tick"/>.
    /// </summary>
    public void Clear()
    {
        foreach (var stats in total) stats?.Reset();
    }

    /// <summary>Writes what happened since the last tick, and folds it into the totals.</summary>
    /// <param name="at">Since the run started.</param>
    /// <param name="stream">Where to; null where nobody listens.</param>
    public void Tick(TimeSpan at, RecordStream? stream)
    {
        for (var scope = 0; scope < sinceTick.Length; scope++)
        {
            if (sinceTick[scope] is not { } stats || stats.Iterations + stats.Cut == 0) continue;
            // Before it is told: refused memory between that and folding it in, it would be told twice.
            var all = total[scope] ??= new();
            all.ReserveFor(stats);
            if (stream is { IsOn: true })
            {
                stream.Write(new IterationDelta(at, scope, stats.Iterations, stats.Failures, stats.Time));
            }

            all.Merge(stats);
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
