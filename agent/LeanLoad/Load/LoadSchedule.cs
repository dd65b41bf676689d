namespace LeanLoad.Load;

/// <summary>
/// The loads of the scenarios that run side by side, each with its own beginning and end; one in an ordinary run. Pure
/// arithmetic: no clock, no state.
/// </summary>
/// <param name="plans">One per scenario; one or more.</param>
sealed class LoadSchedule(IReadOnlyList<LoadPlan> plans)
{
    /// <summary>One per scenario.</summary>
    public IReadOnlyList<LoadPlan> Plans => plans;

    /// <summary>
    /// The most users that there are at a time: the pools of open models are there from the beginning to their end,
    /// users of closed ones from when they begin.
    /// </summary>
    public int MostUsers => plans.Max(plan => UsersAt(BeginningOf(plan)));

    /// <summary>When the last one begins.</summary>
    public TimeSpan LastAfter => plans.Max(static plan => plan.After);

    /// <summary>When the last one is over; null: some have no end.</summary>
    public TimeSpan? Duration =>
        plans.Any(static plan => plan.Ends is null) ? null : plans.Max(static plan => plan.Ends);

    /// <summary>Whether users of a pool are to be there before time 0.</summary>
    public bool HasPools => plans.Any(static plan => plan.IsOpen);

    int UsersAt(TimeSpan time) =>
        plans.Where(plan => BeginningOf(plan) <= time && !(plan.Ends <= time)).Sum(static plan => plan.Users);

    static TimeSpan BeginningOf(LoadPlan plan) => plan.IsOpen ? TimeSpan.Zero : plan.After;
}
