namespace LeanLoad.Stats;

/// <summary>What happened to the iterations of one task. One loop's, or several merged.</summary>
sealed class IterationStats
{
    /// <summary>Iterations that ended, well or not.</summary>
    public long Iterations { get; private set; }

    /// <summary>Those of them that threw.</summary>
    public long Failures { get; private set; }

    /// <summary>Those that the end of the run cut off; not among <see cref="Iterations"/>.</summary>
    public long Cut { get; private set; }

    /// <summary>From the task's first step to its last, think time not included. Failed ones too.</summary>
    public LatencyHistogram Time { get; } = new();

    /// <summary>Counts one iteration.</summary>
    public void Record(long us, bool failed)
    {
        Time.Record(us);
        Iterations++;
        if (failed) Failures++;
    }

    /// <summary>Counts one that was cut off.</summary>
    public void RecordCut() => Cut++;

    /// <summary>Takes the memory for all of another, and changes nothing else.</summary>
    public void ReserveFor(IterationStats other) => Time.ReserveFor(other.Time);

    /// <summary>Adds all of another.</summary>
    public void Merge(IterationStats other) => Add(other.Iterations, other.Failures, other.Time, other.Cut);

    /// <summary>Adds what a record tells.</summary>
    public void Add(long iterations, long failures, LatencyHistogram time, long cut = 0)
    {
        Iterations += iterations;
        Failures += failures;
        Cut += cut;
        Time.Merge(time);
    }

    /// <summary>Empties it and keeps its memory.</summary>
    public void Reset()
    {
        (Iterations, Failures, Cut) = (0, 0, 0);
        Time.Reset();
    }
}
