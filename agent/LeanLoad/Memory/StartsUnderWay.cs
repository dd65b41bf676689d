namespace LeanLoad.Memory;

/// <summary>
/// Starts that were under way at the same time on the way to a plateau. What they hold then and give back once they
/// have ended, a handshake's state for one, is in no reading at rest.
/// </summary>
/// <param name="Most">How many, at most.</param>
/// <param name="HeldByEach">What each of them held beside the managed heap, native allocators' free memory included;
/// zero where it was within the noise.</param>
readonly record struct StartsUnderWay(int Most, Bytes HeldByEach)
{
    /// <summary>
    /// What native allocators and the kernel's batches move by, whoever starts: half a MiB is nobody's.
    /// </summary>
    static Bytes Noise => Bytes.FromKiB(512);

    /// <summary>As seen since the plateau before.</summary>
    /// <param name="most">Starts under way, at most.</param>
    /// <param name="highest">The most that stood beside the heap while there was one.</param>
    /// <param name="atRest">What stands beside it at rest.</param>
    public static StartsUnderWay Of(int most, Bytes highest, Bytes atRest)
    {
        // By the most, not by those of the highest moment: what has been freed stays with the allocator for a while.
        var held = highest - atRest - Noise;
        return new StartsUnderWay(most, most > 0 && held > Bytes.Zero ? held * (1.0 / most) : Bytes.Zero);
    }

    /// <summary>
    /// How many will be under way at the highest moment of a ramp, and above what users keep then: where a stretch was
    /// started all at once, so will those to come, from each rest to the next.
    /// </summary>
    /// <param name="plateaus">The ramp's, in any order.</param>
    /// <param name="planned">Users in the end.</param>
    /// <param name="perUser">What each keeps.</param>
    /// <param name="gate">Users that may start at the same time; null: any number.</param>
    /// <returns>How many, and what they add to what all the planned users keep.</returns>
    public static (int Starts, Bytes Amount) AtPeak(
        IReadOnlyList<Plateau> plateaus, int planned, Bytes perUser, int? gate)
    {
        var each = HeldAtMost(plateaus);
        if (each == Bytes.Zero) return (0, Bytes.Zero);
        var ramp = plateaus.OrderBy(plateau => plateau.Users).ToList();
        var (last, before) = (ramp[^1], ramp.Count > 1 ? ramp[^2].Users : 0);
        var allowed = gate ?? int.MaxValue;
        var seen = Math.Min(last.Starts.Most, allowed);
        if (planned <= last.Users || last.Starts.Most < 0.9 * (last.Users - before)) return (seen, each * seen);
        // Rests are at powers of two. The last stretch may be short, and the one before it higher.
        var rest = Math.Max(last.Users, 1 << int.Log2(planned - 1));
        var end = Math.Min(planned - rest, allowed);
        var earlier = rest > last.Users ? Math.Min(rest / 2, allowed) : 0;
        var (atEnd, atRest) = (each * end, each * earlier - perUser * (planned - rest));
        return atEnd >= atRest ? (end, atEnd) : (earlier, atRest);
    }

    /// <summary>The most that a start held on any stretch of a ramp.</summary>
    public static Bytes HeldAtMost(IReadOnlyList<Plateau> plateaus)
    {
        var most = Bytes.Zero;
        foreach (var plateau in plateaus)
        {
            if (plateau.Starts.HeldByEach > most) most = plateau.Starts.HeldByEach;
        }

        return most;
    }
}
