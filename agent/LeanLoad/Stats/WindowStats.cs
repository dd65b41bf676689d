namespace LeanLoad.Stats;

/// <summary>
/// What happened in one window of a run: one loop's, or several merged. All names and tasks together; of iterations the
/// sums of each group of users.
/// </summary>
/// <param name="groups">Groups of users; one or more.</param>
sealed class WindowStats(int groups = 1)
{
    readonly IterationSums[] sums = new IterationSums[groups];

    /// <summary>The requests that ended in it.</summary>
    public RequestStats Requests { get; } = new();

    /// <summary>The iterations of all groups together.</summary>
    public IterationSums Iterations => sums.Aggregate(static (sum, group) => sum + group);

    /// <summary>The iterations of one group.</summary>
    public IterationSums IterationsOf(int group) => sums[group];

    /// <summary>Counts one iteration.</summary>
    public void AddIteration(long us, bool failed, int group = 0)
    {
        ref var sum = ref sums[group];
        sum.Ended++;
        if (failed) sum.Failed++;
        sum.Us += us;
    }

    /// <summary>Counts one pause.</summary>
    public void AddPause(long us, int group = 0) => sums[group].PauseUs += us;

    /// <summary>Adds all of another.</summary>
    public void Merge(WindowStats other)
    {
        Requests.Merge(other.Requests);
        for (var group = 0; group < sums.Length; group++) sums[group] += other.sums[group];
    }
}
