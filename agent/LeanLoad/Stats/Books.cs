namespace LeanLoad.Stats;

/// <summary>
/// What became of the planned iterations. Each is in one of the six, so that they sum to <paramref name="Planned"/>,
/// exactly and at any moment.
/// </summary>
/// <param name="Planned">Open model: arrivals that were due so far. Closed: those that were asked for, or without such
/// a number, that began.</param>
/// <param name="Done">Ended well.</param>
/// <param name="Failed">Threw.</param>
/// <param name="Late">Due and not begun: no user was free so far, or ever.</param>
/// <param name="Dropped">Due while no user was free, and given up.</param>
/// <param name="Cut">In flight when the time for stopping was over.</param>
/// <param name="InFlight">Begun and not ended; at a run's end, those that could not be cut and were left
/// behind.</param>
readonly record struct Books(long Planned, long Done, long Failed, long Late, long Dropped, long Cut, long InFlight)
{
    /// <summary>The six together.</summary>
    public long Accounted => Done + Failed + Late + Dropped + Cut + InFlight;

    public static Books operator +(Books left, Books right) => new(
        left.Planned + right.Planned, left.Done + right.Done, left.Failed + right.Failed, left.Late + right.Late,
        left.Dropped + right.Dropped, left.Cut + right.Cut, left.InFlight + right.InFlight);
}
