using System.Numerics;

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
        var seen = ByDoubling(plateaus).TakeLast(Recent).ToList();
        if (seen.Count < LeastSeen) return null;
        var young = collector.Gen0 * 3;
        var allowed = GarbageBound.Allowed(young, live);
        // How far each stretch came to what the guard lets stand. Where the middle of the last three is near it,
        // garbage is made all the time.
        var reached = seen.TakeLast(LeastSeen).Select(plateau => Reached(plateau, young)).Order().ToArray();
        var garbage = reached[LeastSeen / 2] >= 0.4
            ? MadeAllTheTime(seen, young, allowed)
            : Young(seen, collector, reached[^1] >= 0.3 ? allowed * 1.5 : young);
        return Holes(seen, live) is { } holes && holes > garbage.Typical
            ? new StandingGarbage(holes * 0.5, holes, garbage.Most > holes * 1.6 ? garbage.Most : holes * 1.6)
            : garbage;
    }

    // Plateaus between two doublings of the users say what the next doubling's says with a part of its time.
    static IEnumerable<Plateau> ByDoubling(IReadOnlyList<Plateau> plateaus) =>
        plateaus.Where(static plateau => plateau is { Users: > 0, Excess: not null })
            .OrderBy(static plateau => plateau.Users)
            .GroupBy(static plateau => BitOperations.RoundUpToPowerOf2((uint)plateau.Users))
            .Select(static same => same.Last() with { Excess = same.Max(static plateau => plateau.Excess) });

    // As much as was seen; and where that is a share of what lives, it grows with it. Half a ramp does not tell which:
    // half of the way. Once in a run the young generations are full, or nearly.
    static StandingGarbage MadeAllTheTime(List<Plateau> seen, Bytes young, Bytes allowed)
    {
        var recent = seen.TakeLast(LeastSeen).Select(static plateau => plateau.Excess!.Value.Count).ToArray();
        var mean = new Bytes((long)recent.Average());
        var share = mean.Count / (double)GarbageBound.Allowed(young, seen[^1].Reading.Live).Count;
        var typical = (mean + allowed * Math.Min(share, 1)) * 0.5;
        var (full, most) = (young * 0.9, allowed * 1.5);
        typical = typical < full ? full : typical > most ? most : typical;
        // Of loads that make little, some peaked with a third to a half of the least that was seen on the way.
        var least = new Bytes(recent.Min() / 3);
        return new StandingGarbage(least < allowed * 0.3 ? least : allowed * 0.3, typical, allowed * 2.2);
    }

    // Users who make garbage fill the young generations to their budgets once in a run, whether or not somebody looked
    // just then; of those who make none a quarter to a half of gen0's stands. Where next to none was seen, half of
    // gen0's is expected. Three times gen0's was never exceeded.
    static StandingGarbage Young(List<Plateau> seen, GcSettings collector, Bytes most)
    {
        var highest = seen.Max(plateau => plateau.Excess!.Value);
        var (least, full) = (collector.Gen0 * 0.5, collector.Gen0 * 3);
        var typical = highest < least ? least : highest > full ? full : highest;
        return new StandingGarbage(Bytes.Zero, typical, most);
    }

    /// <summary>
    /// What large objects that come and go leave between them: the next one does not fit where one was. A collection
    /// closes the holes, and they come again. Measured of heaps of 5 to 490 MiB in objects of 90 KiB to a MiB, twice
    /// replaced in a second, once to forty times in all: as much again where little lives; 5 MiB and a seventh of it up
    /// to 20 MiB, for such a heap the guard collects as often as that takes (<see cref="GarbageBound"/>); from 50 MiB
    /// on, where each collection costs too much for that and the runtime's own growth decides, 6 MiB and 0.29 of it;
    /// between the two, in between. Null where not a quarter of them was replaced.
    /// </summary>
    static Bytes? Holes(List<Plateau> seen, Bytes live)
    {
        var (first, last) = (seen[0].Reading.Large, seen[^1].Reading.Large);
        var replaced = last.Allocated - first.Allocated - (last.Live - first.Live);
        if (last.Live == Bytes.Zero || replaced < last.Live * 0.25) return null;
        var large = LargeAt(seen, live);
        var collectedOften = Bytes.FromMiB(5).Count + 0.15 * large;
        var grown = Math.Min(Bytes.FromMiB(6).Count + 0.29 * large, 0.42 * large - Bytes.FromMiB(0.5).Count);
        return new Bytes((long)Math.Min(1.1 * large, Math.Max(collectedOften, grown)));
    }

    // The share of all that lives that they are, or no more than they grew with it: a buffer that all users share is
    // large once, however many there are.
    static double LargeAt(List<Plateau> seen, Bytes live)
    {
        var (first, last) = (seen[0].Reading, seen[^1].Reading);
        var share = live.Count * (last.Large.Live.Count / (double)last.Live.Count);
        var grown = (last.Live - first.Live).Count;
        if (grown <= 0) return share;
        var slope = Math.Max(0, (last.Large.Live - first.Large.Live).Count / (double)grown);
        return Math.Min(share, last.Large.Live.Count + slope * Math.Max(0, (live - last.Live).Count));
    }

    static double Reached(Plateau plateau, Bytes young) =>
        plateau.Excess!.Value.Count / (double)GarbageBound.Allowed(young, plateau.Reading.Live).Count;
}
