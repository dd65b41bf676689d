namespace LeanLoad.Users;

/// <summary>What the users of one group share over all loops: whether any iteration may begin. Thread-safe.</summary>
/// <param name="iterations">Iterations in total; null: without end.</param>
sealed class GroupRun(long? iterations)
{
    long left = iterations ?? long.MaxValue;
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
