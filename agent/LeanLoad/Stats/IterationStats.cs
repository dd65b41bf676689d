namespace LeanLoad.Stats;

/// <summary>What happened to the iterations of one task. One loop's, or several merged.</summary>
sealed class IterationStats
{
    /// <summary>Iterations that ended, well or not.</summary>
    public long Iterations { get; private set; }

    /// <summary>Those of them that threw.</summary>
    public long Failures { get; private set; }

    /// <summary>From the task's first step to its last, think time not included. Failed ones too.</summary>
    public LatencyHistogram Time { get; } = new();

    /// <summary>Counts one iteration.</summary>
    public void Record(long us, bool failed)
    {
        Iterations++;
        if (failed) Failures++;
        Time.Record(us);
    }

    /// <summary>Adds all of another.</summary>
    public void Merge(IterationStats other) => Add(other.Iterations, other.Failures, other.Time);

    /// <summary>Adds what a record tells.</summary>
    public void Add(long iterations, long failures, LatencyHistogram time)
    {
        Iterations += iterations;
        Failures += failures;
        Time.Merge(time);
    }

    /// <summary>Empties it and keeps its memory.</summary>
    public void Reset()
    {
        (Iterations, Failures) = (0, 0);
        Time.Reset();
    }
}
