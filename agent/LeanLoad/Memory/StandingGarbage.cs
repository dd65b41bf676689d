namespace LeanLoad.Memory;

/// <summary>
/// What stands above what users keep: garbage that has not been taken away yet, and work under way. Young garbage is
/// bounded by the generations' caps, whatever lives; where large objects die, or much is promoted before it dies, there
/// is older garbage, which <see cref="GarbageBound"/> keeps at a share of what lives.
/// </summary>
/// <param name="Least">Where its 95 % interval begins.</param>
/// <param name="Typical">At the highest moment of a run, as it is to be expected.</param>
/// <param name="Most">Where its interval ends.</param>
readonly record struct StandingGarbage(Bytes Least, Bytes Typical, Bytes Most)
{
    /// <summary>
    /// Plateaus that it takes: what scatters so much says nothing by fewer, and what is known of the collector says
    /// more.
    /// </summary>
    const int LeastSeen = 3;

    /// <summary>Only the last of them: a young heap has other habits than a grown one.</summary>
    const int Recent = 4;

    /// <summary>As it was seen on the way; null where that is too little.</summary>
    /// <param name="plateaus">The ramp's; those whose excess was not seen are left out.</param>
    /// <param name="collector">How the collector is set.</param>
    /// <param name="live">What will live on the heap.</param>
    public static StandingGarbage? Seen(IReadOnlyList<Plateau> plateaus, GcSettings collector, Bytes live)
    {
        var seen = plateaus.Where(plateau => plateau is { Users: > 0, Excess: not null })
            .OrderBy(plateau => plateau.Users).TakeLast(Recent).ToList();
        if (seen.Count < LeastSeen) return null;
        var young = collector.Gen0 * 3;
        var allowed = GarbageBound.Allowed(young, live);
        // How far each stretch came to what the guard lets stand. Where the middle of the last three is near it,
        // garbage is made all the time, and its bound is reached in the end, and passed by what is made meanwhile.
        var reached = seen.TakeLast(LeastSeen).Select(plateau => Reached(plateau, young)).Order().ToArray();
        var middle = reached[LeastSeen / 2];
        if (middle >= 0.4)
        {
            // Of a small heap it was young garbage that came so far: of what is old, little is known yet.
            var isOldSeen = GarbageBound.Allowed(young, seen[^1].Reading.Live) > young;
            var old = allowed * (isOldSeen ? Math.Clamp(middle, 0.8, 1.5) : 0.8);
            var full = young * Math.Clamp(middle, 1.1, 1.5);
            return new StandingGarbage(allowed * 0.3, full > old ? full : old, allowed * 2.2);
        }

        // Else it is young. Once in a run the young generations are full to their budgets, whether or not somebody
        // looked just then; three times gen0's was never exceeded.
        var highest = seen.Max(plateau => plateau.Excess!.Value);
        var typical = highest < collector.Gen0 ? collector.Gen0 : highest > young ? young : highest;
        return new StandingGarbage(Bytes.Zero, typical, reached[^1] >= 0.3 ? allowed * 1.5 : young);
    }

    static double Reached(Plateau plateau, Bytes young) =>
        plateau.Excess!.Value.Count / (double)GarbageBound.Allowed(young, plateau.Reading.Live).Count;
}
