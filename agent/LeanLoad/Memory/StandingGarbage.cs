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
        var garbage = reached[LeastSeen / 2] >= 0.4
            ? AtItsBound(seen[^1], young, allowed, reached)
            : Young(seen, collector, reached[^1] >= 0.3 ? allowed * 1.5 : young);
        return Holes(seen, live) is { } holes && holes > garbage.Typical
            ? new StandingGarbage(holes * 0.5, holes, garbage.Most > holes * 1.6 ? garbage.Most : holes * 1.6)
            : garbage;
    }

    // Users of a stretch were fewer than at its end, so what stood there scatters; the least of it lasts.
    static StandingGarbage AtItsBound(in Plateau last, Bytes young, Bytes allowed, double[] reached)
    {
        // Of a small heap it was young garbage that came so far: of what is old, little is known yet, and no more is
        // expected of its bound than the young came to of theirs, nor than half of it: the story's came to 0.2 to 0.45.
        var isOldSeen = GarbageBound.Allowed(young, last.Reading.Live) > young;
        var old = allowed * (isOldSeen ? Math.Clamp(reached[0], 0.5, 1.5)
            : Math.Min((reached[0] + reached[LeastSeen / 2]) / 2, 0.5));
        var full = young * Math.Clamp(reached[0], 1.0, 1.5);
        return new StandingGarbage(allowed * 0.3, full > old ? full : old, allowed * 2.2);
    }

    // Once in a run the young generations are full to their budgets, whether or not somebody looked just then; three
    // times gen0's was never exceeded.
    static StandingGarbage Young(List<Plateau> seen, GcSettings collector, Bytes most)
    {
        var (highest, young) = (seen.Max(plateau => plateau.Excess!.Value), collector.Gen0 * 3);
        var typical = highest < collector.Gen0 ? collector.Gen0 : highest > young ? young : highest;
        return new StandingGarbage(Bytes.Zero, typical, most);
    }

    /// <summary>
    /// What large objects that come and go leave between them: the next one does not fit where one was, and the
    /// collector moves none. A rest closes the holes, so a ramp does not show what stands in the end. Measured of heaps
    /// of 6 to 342 MiB in objects of 90 KiB to a MiB, twice replaced in a second: as much again where little lives,
    /// else 4.5 MiB and 0.27 of it. Of 52 ramps some 3 MiB more stood where the objects had been replaced three or four
    /// times since the rest before, and 17 where 40 times. Null where not a quarter of them was replaced.
    /// </summary>
    static Bytes? Holes(List<Plateau> seen, Bytes live)
    {
        var (first, last) = (seen[0].Reading.Large, seen[^1].Reading.Large);
        var replaced = last.Allocated - first.Allocated - (last.Live - first.Live);
        if (last.Live == Bytes.Zero || replaced < last.Live * 0.25) return null;
        var large = live * (last.Live.Count / (double)seen[^1].Reading.Live.Count);
        var more = Math.Clamp(3 + 4 * Math.Log2(Replaced(seen, live) / 3.5), 0, 20);
        var holes = Bytes.FromMiB(4.5 + more) + large * 0.27;
        return holes < large ? holes : large;
    }

    // How often, since the rest before. In a ramp users and the time between two rests double together; the last time
    // may be shorter.
    static double Replaced(List<Plateau> seen, Bytes live)
    {
        for (var index = seen.Count - 1; index > 0; index--)
        {
            var (before, at) = (seen[index - 1], seen[index]);
            var (was, large) = (before.Reading.Large, at.Reading.Large);
            if (at.Users < 2 * before.Users || large.Live == Bytes.Zero) continue;
            var replaced = large.Allocated - was.Allocated - (large.Live - was.Live);
            return replaced.Count / (double)large.Live.Count * (live.Count / (double)at.Reading.Live.Count);
        }

        return 0;
    }

    static double Reached(Plateau plateau, Bytes young) =>
        plateau.Excess!.Value.Count / (double)GarbageBound.Allowed(young, plateau.Reading.Live).Count;
}
