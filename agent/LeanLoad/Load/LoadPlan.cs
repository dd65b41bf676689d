namespace LeanLoad.Load;

/// <summary>A closed model: how many users, how fast they come, and when it is over. Pure arithmetic: no clock, no state.</summary>
/// <param name="Users">Users at the end of the ramp; 1 or more. Each waits for its answers.</param>
/// <param name="UsersPerSecond">The ramp; 0: all at once.</param>
/// <param name="Duration">From the first user on; null: until the iterations are done, or a signal comes.</param>
/// <param name="Iterations">In total, over all users; null: until the duration is over.</param>
readonly record struct LoadPlan(int Users, double UsersPerSecond, TimeSpan? Duration, long? Iterations)
{
    /// <summary>How many users should exist at a time since the ramp began: the first at 0, then one each 1/rate.</summary>
    public int UsersDueAt(TimeSpan elapsed)
    {
        if (UsersPerSecond <= 0) return Users;
        var due = Math.Floor(elapsed.TotalSeconds * UsersPerSecond + 1e-9) + 1;
        return (int)Math.Min(due, Users);
    }

    /// <summary>When the last user is due.</summary>
    public TimeSpan RampTime => UsersPerSecond <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((Users - 1) / UsersPerSecond);
}
