namespace LeanLoad.Stats;

/// <summary>
/// What happened in one window of a run: one loop's, or several merged. All names and tasks together.
/// </summary>
sealed class WindowStats
{
    /// <summary>The requests that ended in it.</summary>
    public RequestStats Requests { get; } = new();

    /// <summary>Iterations that ended in it, well or not; those that were cut are not among them.</summary>
    public long Iterations { get; private set; }

    /// <summary>Those of them that threw.</summary>
    public long FailedIterations { get; private set; }

    /// <summary>
    /// The sum of their times, first step to last, in microseconds: the R of N = X (R + Z), times their number.
    /// </summary>
    public long IterationUs { get; private set; }

    /// <summary>The sum of the pauses that ended in it, in microseconds: the Z, times their number.</summary>
    public long PauseUs { get; private set; }

    /// <summary>Counts one iteration.</summary>
    public void AddIteration(long us, bool failed)
    {
        Iterations++;
        if (failed) FailedIterations++;
        IterationUs += us;
    }

    /// <summary>Counts one pause.</summary>
    public void AddPause(long us) => PauseUs += us;

    /// <summary>Adds all of another.</summary>
    public void Merge(WindowStats other)
    {
        Requests.Merge(other.Requests);
        Iterations += other.Iterations;
        FailedIterations += other.FailedIterations;
        IterationUs += other.IterationUs;
        PauseUs += other.PauseUs;
    }
}
