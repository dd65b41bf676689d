using System.Diagnostics.CodeAnalysis;

namespace LeanLoad.Memory;

/// <summary>One line of a sum: who needs how much.</summary>
/// <param name="Owner">For people: <c>40 users x 2.0 MiB managed</c>.</param>
/// <param name="Amount">May be negative where users make something smaller.</param>
readonly record struct MemoryLine(string Owner, Bytes Amount);

/// <summary>What one user adds, by who holds it.</summary>
/// <param name="Managed">The managed heap, live.</param>
/// <param name="Native">Anonymous memory that is not the heap's: TLS, stacks, buffers of libraries; and what
/// fragments.</param>
/// <param name="Kernel">Connections, socket buffers, page tables; null where the kernel does not tell: then it is
/// within <paramref name="Native"/>.</param>
readonly record struct PerUser(Bytes Managed, Bytes Native, Bytes? Kernel)
{
    /// <summary>All of it.</summary>
    public Bytes Total => Managed + Native + (Kernel ?? default);
}

/// <summary>
/// The peak that a run will reach, from the plateaus of its ramp: memory before the first user, what the first user
/// adds once, users times what each keeps, and garbage that stands between collections. Pure: same plateaus, same
/// answer.
/// </summary>
sealed class Projection
{
    /// <summary>
    /// Plateaus with users that it takes: two points always lie on a line, and would say nothing about how well.
    /// </summary>
    public const int LeastPlateaus = 3;

    /// <summary>
    /// The standard error of one reading: the kernel charges a cgroup in batches of 64 pages (256 KiB) for each
    /// processor, so a figure is evenly anywhere within about half a MiB on two: 148 KiB.
    /// </summary>
    static Bytes Noise => Bytes.FromKiB(148);

    readonly LineFit fit;
    readonly LineFit managed;
    readonly GcSettings collector;
    readonly Bytes extra;

    Projection(int planned, LineFit fit, LineFit managed, GcSettings collector, Bytes extra)
    {
        (Planned, this.fit, this.managed, this.collector, this.extra) = (planned, fit, managed, collector, extra);
        var peak = At(planned);
        (Lower, Expected, Upper) = (peak.Lower, peak.Expected, peak.Upper);
    }

    /// <summary>The users it speaks of.</summary>
    public int Planned { get; }

    /// <summary>Where the 95 % interval of the peak begins.</summary>
    public Bytes Lower { get; }

    /// <summary>The peak, charged and not reclaimable.</summary>
    public Bytes Expected { get; }

    /// <summary>Where the 95 % interval of the peak ends. This decides whether a user is admitted.</summary>
    public Bytes Upper { get; }

    /// <summary>What each user keeps.</summary>
    public PerUser PerUser { get; private init; }

    /// <summary><see cref="Expected"/> as a sum, each line with its owner.</summary>
    public IReadOnlyList<MemoryLine> Lines { get; private set; } = [];

    /// <summary>Projects the peak, or says what is missing.</summary>
    /// <param name="plateaus">As read at rest, in any order; those with 0 users are the base.</param>
    /// <param name="planned">Users that the run asks for.</param>
    /// <param name="collector">How the garbage collector is set.</param>
    /// <param name="extra">What stands beside users at the peak: starts under way, a profiler's session. One line per
    /// owner.</param>
    /// <param name="projection">The projection.</param>
    /// <param name="missing">Why there is none yet.</param>
    public static bool TryFrom(
        IReadOnlyList<Plateau> plateaus, int planned, GcSettings collector, IReadOnlyList<MemoryLine> extra,
        [NotNullWhen(true)] out Projection? projection, [NotNullWhen(false)] out string? missing)
    {
        (projection, missing) = (null, null);
        var counts = plateaus.Where(plateau => plateau.Users > 0).Select(plateau => plateau.Users).Distinct().Count();
        if (counts < LeastPlateaus)
        {
            missing = $"not enough data: {counts} plateaus with users, {LeastPlateaus} are needed";
            return false;
        }

        var fit = Fit(plateaus, reading => reading.Unreclaimable, Noise);
        // The collector counts live objects exactly; what moves is the runtime's own, some 20 KiB.
        var managed = Fit(plateaus, reading => reading.Live, Bytes.FromKiB(20));
        var hasKernel = plateaus.All(plateau => plateau.Reading.Kernel is not null);
        // v1 counts socket buffers beside the limit, and mostly not at all.
        var kernel = hasKernel ? new Bytes((long)Fit(plateaus, Kernel, Noise).Slope) : (Bytes?)null;
        var live = new Bytes((long)managed.Slope);
        var perUser = new PerUser(live, new Bytes((long)fit.Slope) - live - (kernel ?? default), kernel);
        var sum = extra.Aggregate(Bytes.Zero, (total, line) => total + line.Amount);
        projection = new Projection(planned, fit, managed, collector, sum) { PerUser = perUser };
        projection.Lines = projection.Sum(Base(plateaus), extra);
        return true;
    }

    /// <summary>The peak at any number of users, with its 95 % interval.</summary>
    public (Bytes Lower, Bytes Expected, Bytes Upper) At(int users)
    {
        var garbage = collector.StandingGarbage(new Bytes(Math.Max(0, (long)managed.At(users))));
        var kept = fit.At(users);
        var half = fit.HalfWidth(users);
        var expected = kept + garbage.Typical.Count + extra.Count;
        // Two independent errors: where the line is, and where in its cycle the collector is at the peak.
        var below = Math.Sqrt(half * half + Math.Pow(garbage.Typical.Count - garbage.Least.Count, 2));
        var above = Math.Sqrt(half * half + Math.Pow(garbage.Most.Count - garbage.Typical.Count, 2));
        return (new Bytes((long)(expected - below)), new Bytes((long)expected), new Bytes((long)(expected + above)));
    }

    /// <summary>
    /// Whether the upper bound lets this many users run: within the budget, and their objects within the heap's hard
    /// limit. The second is met first where users keep little but objects: the collector then throws while the cgroup
    /// still has room.
    /// </summary>
    public bool Covers(int users, Bytes budget)
    {
        if (At(users).Upper > budget) return false;
        if (collector.HardLimit is not { } heap) return true;
        var live = new Bytes((long)Math.Max(0, managed.At(users) + managed.HalfWidth(users)));
        // The most that ever stood, for here it is regions, 4 MiB each and not all full, that must fit: with the
        // typical amount, one ramp in five met the hard limit before the governor held it; with this none.
        return live + collector.StandingGarbage(live).Most <= heap;
    }

    /// <summary>The most users that a budget covers; 0 where it covers none, null where users do not decide.</summary>
    public int? FitIn(Bytes budget)
    {
        const int Unbounded = 100_000_000;
        if (Covers(Unbounded, budget)) return null;
        var (fits, over) = (0, Unbounded);
        while (over - fits > 1)
        {
            var middle = fits + (over - fits) / 2;
            if (Covers(middle, budget)) fits = middle;
            else over = middle;
        }

        return fits;
    }

    static LineFit Fit(IReadOnlyList<Plateau> plateaus, Func<MemoryReading, Bytes> figure, Bytes noise)
    {
        // Not the plateau without users: what the first one brings once (a TLS context, a cache) would be taken for
        // slope.
        var points = plateaus.Where(plateau => plateau.Users > 0)
            .Select(plateau => ((double)plateau.Users, (double)figure(plateau.Reading).Count)).ToArray();
        return LineFit.Through(points, noise.Count);
    }

    static Bytes Kernel(MemoryReading reading) => (reading.Kernel ?? default) + (reading.Sockets ?? default);

    static Bytes? Base(IReadOnlyList<Plateau> plateaus)
    {
        foreach (var plateau in plateaus)
        {
            if (plateau.Users == 0) return plateau.Reading.Unreclaimable;
        }

        return null;
    }

    // The lines add up to Expected to the byte: what rounding leaves goes to the base.
    List<MemoryLine> Sum(Bytes? before, IReadOnlyList<MemoryLine> extra)
    {
        var lines = new List<MemoryLine>();
        var intercept = new Bytes((long)fit.Intercept);
        var known = before ?? intercept;
        if (before is not null) lines.Add(new MemoryLine("once, with the first user", intercept - known));
        lines.Add(new MemoryLine($"{Planned} users x {PerUser.Managed} managed", PerUser.Managed * Planned));
        var isSplit = PerUser.Kernel is not null;
        var native = isSplit ? "native" : "native and kernel";
        lines.Add(new MemoryLine($"{Planned} users x {PerUser.Native} {native}", PerUser.Native * Planned));
        if (PerUser.Kernel is { } kernel)
            lines.Add(new MemoryLine($"{Planned} users x {kernel} kernel", kernel * Planned));
        var live = new Bytes(Math.Max(0, (long)managed.At(Planned)));
        lines.Add(new MemoryLine("garbage between collections", collector.StandingGarbage(live).Typical));
        lines.AddRange(extra);
        var sum = lines.Aggregate(Bytes.Zero, (total, line) => total + line.Amount);
        lines.Insert(0, new MemoryLine("before the first user", Expected - sum));
        return lines;
    }
}
