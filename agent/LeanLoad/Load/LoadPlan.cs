namespace LeanLoad.Load;

/// <summary>
/// How much load, and when it is over. Pure arithmetic: no clock, no state. Closed: so many users, each of whom waits
/// for its answers. Open: iterations arrive at a rate and are taken by users of a pool.
/// </summary>
/// <param name="Users">The most users there are at a time; 1 or more. In an open model: the pool.</param>
/// <param name="UsersPerSecond">The ramp; 0: all at once.</param>
/// <param name="Duration">From the first user on, of an open model from the first arrival; null: until the iterations
/// are done, or a signal comes.</param>
/// <param name="Iterations">In total, over all users; null: until the duration is over.</param>
sealed record LoadPlan(int Users, double UsersPerSecond, TimeSpan? Duration, long? Iterations)
{
    /// <summary>Users over time instead of a ramp; null: none.</summary>
    public LoadCurve? Stages { get; init; }

    /// <summary>The arrival rate of an open model; null: the model is closed.</summary>
    public LoadCurve? Arrivals { get; init; }

    /// <summary>How the arrivals lie in time.</summary>
    public Spacing Spacing { get; init; }

    /// <summary>What becomes of an arrival while no user is free.</summary>
    public WhenBusy WhenBusy { get; init; }

    /// <summary>When it begins, since the load's time 0.</summary>
    public TimeSpan After { get; init; }

    /// <summary>When it is over, since the load's time 0; null: until the iterations are done, or for ever.</summary>
    public TimeSpan? Ends => After + Duration;

    /// <summary>Users that there were when a live change began this plan, and when that was.</summary>
    public (int Users, TimeSpan At) From { get; init; }

    public bool IsOpen => Arrivals is not null;

    /// <summary>
    /// How many users should exist at a time since the ramp began: the first at 0, then one each 1/rate.
    /// </summary>
    public int UsersDueAt(TimeSpan elapsed)
    {
        if (Stages is not null) return (int)Math.Floor(Stages.LevelAt(elapsed) + 1e-9);
        if (UsersPerSecond <= 0) return Users;
        var changed =
            (int)Math.Min(Math.Floor((elapsed - From.At).TotalSeconds * UsersPerSecond + 1e-9) + 1, int.MaxValue / 2);
        return Users >= From.Users ? Math.Min(From.Users + changed, Users) : Math.Max(From.Users - changed, Users);
    }

    /// <summary>When the last user is due.</summary>
    public TimeSpan RampTime =>
        UsersPerSecond <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((Users - 1) / UsersPerSecond);

    /// <summary>The same until its end, but from now on with so many users.</summary>
    /// <param name="users">0 or more.</param>
    /// <param name="present">How many there are.</param>
    /// <param name="at">Since the ramp began.</param>
    public LoadPlan WithUsers(int users, int present, TimeSpan at) => this with
    {
        Users = users,
        Stages = null,
        From = (present, at),
    };
}
