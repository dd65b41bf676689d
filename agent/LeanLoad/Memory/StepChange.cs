namespace LeanLoad.Memory;

/// <summary>
/// A ramp whose line broke: from some user on, each keeps more than those before him did. A robust line takes the first
/// readings after the break for wrong ones, and would notice when it is too late.
/// </summary>
/// <param name="From">Users at the last reading that was as foretold: the break is behind them.</param>
/// <param name="Last">Users at the latest reading.</param>
/// <param name="Kept">What stood then.</param>
/// <param name="PerUser">Bytes that each has added since the break.</param>
/// <param name="Readings">
/// Readings since the break; of one alone it is not known which of its users were the first.
/// </param>
readonly record struct StepChange(int From, int Last, Bytes Kept, double PerUser, int Readings)
{
    /// <summary>What so many users will keep; more than <see cref="Last"/>.</summary>
    public double At(int users) => Kept.Count + (users - Last) * PerUser;

    /// <summary>How far that may be wrong: where between two readings the break is, nobody saw.</summary>
    public double HalfWidth(int users) => 0.3 * (users - Last) * PerUser;

    /// <summary>
    /// The break that a ramp's readings show: the first of them from which on all are above the 95 % interval of those
    /// before it. Null where there is none, or too little before it.
    /// </summary>
    public static StepChange? Seen(IReadOnlyList<Plateau> plateaus)
    {
        Plateau[] ramp = [.. plateaus.Where(static plateau => plateau.Users > 0)
            .GroupBy(static plateau => plateau.Users).Select(static same => same.Last())
            .OrderBy(static plateau => plateau.Users)];
        if (ramp.Length <= Projection.LeastOfLine || !IsSteeper(ramp[0], ramp[^2], ramp[^1])) return null;
        for (var first = Projection.LeastOfLine; first < ramp.Length; first++)
        {
            var line = Projection.Fit(ramp[..first], static plateau => plateau.Reading.Unreclaimable, Projection.Noise);
            if (!ramp[first..].All(IsAbove)) continue;
            var (before, last) = (ramp[first - 1], ramp[^1]);
            var readings = ramp.Length - first;
            // At least as much as on average since the last that was as foretold: some of those were still like him.
            var perUser = Math.Max(Slope(before, last), readings > 1 ? Slope(ramp[first], last) : 0);
            return new StepChange(before.Users, last.Users, last.Reading.Unreclaimable, perUser, readings);

            bool IsAbove(Plateau plateau) =>
                plateau.Reading.Unreclaimable.Count > line.At(plateau.Users) + line.HalfWidth(plateau.Users);
        }

        return null;
    }

    // Cheap, and true of every step that goes on: those who came last brought more than those before them on average.
    static bool IsSteeper(in Plateau first, in Plateau before, in Plateau last) =>
        (last.Reading.Unreclaimable - before.Reading.Unreclaimable).Count
            > (last.Users - before.Users) * Slope(first, before) + 2 * Projection.Noise.Count;

    static double Slope(in Plateau from, in Plateau to) =>
        (to.Reading.Unreclaimable - from.Reading.Unreclaimable).Count / (double)(to.Users - from.Users);
}
