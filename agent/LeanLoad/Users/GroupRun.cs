namespace LeanLoad.Users;

/// <summary>
/// What the users of one group share over all loops: whether any iteration may begin, and how many of them run.
/// Thread-safe.
/// </summary>
/// <param name="iterations">Iterations in total; null: without end.</param>
sealed class GroupRun(long? iterations)
{
    long left = iterations ?? long.MaxValue;
    int running;
    int mostRunning;
    volatile bool isStopping;

    /// <summary>Iterations that were asked for; null: without end.</summary>
    public long? Iterations => iterations;

    /// <summary>True once no further iteration of the group may begin; also where the whole run stops.</summary>
    public bool IsStopping => isStopping;

    /// <summary>True once every iteration that was asked for has been given out.</summary>
    public bool IsExhausted => iterations is not null && Volatile.Read(ref left) <= 0;

    /// <summary>
    /// When the group was over, since the load's time 0; null while it goes on, or where it goes on to the run's end.
    /// For the control thread.
    /// </summary>
    public TimeSpan? EndedAt { get; private set; }

    /// <summary>Users between the end of their start and the beginning of their stop.</summary>
    public int Running => Volatile.Read(ref running);

    /// <summary>
    /// The most that ran at a time so far. Counted as they come and go, not looked at: who comes and goes between two
    /// looks ran, too.
    /// </summary>
    public int MostRunning => Volatile.Read(ref mostRunning);

    /// <summary>One more user runs.</summary>
    public void OnStarted()
    {
        var now = Interlocked.Increment(ref running);
        for (var most = MostRunning; now > most;)
        {
            var seen = Interlocked.CompareExchange(ref mostRunning, now, most);
            if (seen == most) return;
            most = seen;
        }
    }

    /// <summary>One of them stops.</summary>
    public void OnStopping() => Interlocked.Decrement(ref running);

    /// <summary>Nothing begins in the group any more, while others go on.</summary>
    public void End(TimeSpan load)
    {
        EndedAt ??= load;
        Stop();
    }

    public void Stop() => isStopping = true;

    /// <summary>Whether one more iteration may begin; it is then taken from the total.</summary>
    public bool TryTakeIteration() => !isStopping && (iterations is null || Interlocked.Decrement(ref left) >= 0);

    /// <summary>
    /// Whether one more arrival may be planned; it is then taken from the total. Also while stopping: it was due
    /// before.
    /// </summary>
    public bool TryTakeArrival() => iterations is null || Interlocked.Decrement(ref left) >= 0;
}
