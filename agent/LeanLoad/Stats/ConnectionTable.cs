using LeanLoad.Diagnostics;

namespace LeanLoad.Stats;

/// <summary>
/// One loop's connecting: since the last tick, and before it. Not thread-safe: only its loop calls it.
/// </summary>
sealed class ConnectionTable
{
    readonly ConnectionStats total = new();

    /// <summary>Since the last tick.</summary>
    public ConnectionStats SinceTick { get; } = new();

    /// <summary>Writes what happened since the last tick, and folds it into the totals.</summary>
    /// <param name="at">Since the run started.</param>
    /// <param name="stream">Where to.</param>
    public void Tick(TimeSpan at, RecordStream stream)
    {
        // As for iterations: what is told must be folded in.
        total.ReserveFor(SinceTick);
        for (var step = (ConnectionStep)0; (int)step < ConnectionStats.Steps && stream.IsOn; step++)
        {
            var reuses = step == ConnectionStep.Connect ? SinceTick.Reuses : 0;
            if (reuses > 0 || SinceTick.CountOf(step) > 0)
            {
                stream.Write(new ConnectionDelta(at, step, reuses, SinceTick[step]));
            }
        }

        total.Merge(SinceTick);
        SinceTick.Reset();
    }

    /// <summary>Adds everything so far to a report over several loops; on the loop, or after it has ended.</summary>
    public void AddTo(ConnectionStats report)
    {
        report.Merge(total);
        report.Merge(SinceTick);
    }
}
