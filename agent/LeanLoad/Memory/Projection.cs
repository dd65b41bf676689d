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

    /// <summary>
    /// The same sum as people are shown it. Native is what is charged beyond the others; where that comes out below
    /// zero, by rounding or because the heap grew into pages that were charged before, that much of managed is not
    /// charged anew, and native is nothing that can be told.
    /// </summary>
    public PerUser AsCharged => Native < Bytes.Zero ? this with { Managed = Managed + Native, Native = default } : this;
}

/// <summary>
/// The peak that a run will reach, from the plateaus of its ramp: memory before the first user, what the first user
/// adds once, users times what each keeps, and garbage that stands between collections. Pure: same plateaus, same
/// answer.
/// </summary>
sealed class Projection
{
    /// <summary>
    /// Plateaus with users that it takes to tell how well they lie on a line: two always do. Of <see cref="Few"/> users
    /// two are enough, for by those nobody is refused.
    /// </summary>
    internal const int LeastOfLine = 3;

    /// <summary>By so many users nobody is refused: they may be the largest of all.</summary>
    const int Few = 3;

    /// <summary>
    /// Two users foretell what so many will need well enough to warn of it, and not what a thousand will: what they
    /// brought may be what all share.
    /// </summary>
    const int WarnedOfByTwo = 10;

    /// <summary>
    /// The standard error of one reading: the kernel charges a cgroup in batches of 64 pages (256 KiB) for each
    /// processor, so a figure is evenly anywhere within about half a MiB on two: 148 KiB.
    /// </summary>
    internal static Bytes Noise => Bytes.FromKiB(148);

    /// <summary>The collector counts live objects exactly; what moves is the runtime's own.</summary>
    internal static Bytes LiveNoise => Bytes.FromKiB(20);

    /// <summary>
    /// What native allocators keep free for the next who asks. Of few and small users that is a part of the slope, and
    /// no scatter shows it: 64 TLS users stood at 34 KiB each, 1,055 of them at 23. So no run is stopped for it.
    /// </summary>
    static Bytes KeptFree => Bytes.FromKiB(512);

    readonly LineFit fit;
    readonly LineFit managed;
    readonly IReadOnlyList<Plateau> seen;
    readonly GcSettings collector;
    readonly Plateau last;
    readonly double drift;
    readonly StepChange? step;
    readonly Bytes mostGarbage;
    readonly Bytes heldByStarts;

    Projection(
        IReadOnlyList<Plateau> plateaus, int counts, int planned, GcSettings collector, int? gate, Bytes? budget)
    {
        (Planned, this.collector) = (planned, collector);
        last = plateaus.MaxBy(plateau => plateau.Users);
        fit = Fit(plateaus, plateau => plateau.Reading.Unreclaimable, Noise);
        managed = Fit(plateaus, plateau => plateau.Reading.Live, LiveNoise);
        // Of two users those to come may take nothing, or twice as much as the second did.
        drift = counts < LeastOfLine ? Math.Max(0, fit.Slope) : Drift(plateaus, fit);
        seen = plateaus;
        step = StepChange.Seen(plateaus);
        mostGarbage = GarbageAt(planned).Most;
        (LeastTransient, MostTransient) = Transients(plateaus, gate);
        (Starts, heldByStarts) = StartsUnderWay.AtPeak(plateaus, planned, new Bytes((long)fit.Slope), gate);
        var peak = At(planned);
        // Where room is short, the governor lets fewer start at a time.
        var most = heldByStarts * 1.5;
        heldByStarts = Within(budget, peak.Expected, heldByStarts);
        (Lower, Expected) = (peak.Lower, peak.Expected + heldByStarts);
        Upper = peak.Upper + Within(budget, peak.Upper, most);
    }

    static Bytes Within(Bytes? budget, Bytes peak, Bytes starts)
    {
        if (budget is not { } limit || peak + starts <= limit) return starts;
        return limit > peak ? limit - peak : Bytes.Zero;
    }

    /// <summary>The users it speaks of.</summary>
    public int Planned { get; }

    /// <summary>Where the 95 % interval of the peak begins.</summary>
    public Bytes Lower { get; }

    /// <summary>The peak, charged and not reclaimable.</summary>
    public Bytes Expected { get; }

    /// <summary>
    /// Where the 95 % interval of the peak ends: what the verdict is judged by. Who is admitted, <see cref="NeedAt"/>
    /// decides.
    /// </summary>
    public Bytes Upper { get; }

    /// <summary>What each user keeps.</summary>
    public PerUser PerUser { get; private set; }

    /// <summary>
    /// What the next user takes: as all do on average, or where two readings at least show a step, as those since then.
    /// </summary>
    public Bytes NextUser => step is { Readings: > 1 } broken && broken.PerUser > PerUser.Total.Count
        ? new Bytes((long)broken.PerUser)
        : PerUser.Total;

    /// <summary>What is allocated between two collections of the youngest generation.</summary>
    public Bytes Young => collector.Gen0;

    /// <summary>Starts that will be under way at the peak and hold more than their users keep.</summary>
    public int Starts { get; }

    /// <summary>
    /// What a start under way may yet take: all that its user will keep, and what starts hold. By half more than was
    /// seen of them, for at no moment all of a stretch were as far as that: 732 TLS handshakes held 45 KiB each, where
    /// 512 before them had come to 44 with what they kept.
    /// </summary>
    public Bytes HeldByEachStart => new(
        (long)Math.Max(0, fit.Slope + fit.SlopeHalfWidth) + StartsUnderWay.HeldAtMost(seen).Count * 3 / 2);

    /// <summary><see cref="Expected"/> as a sum, each line with its owner.</summary>
    public IReadOnlyList<MemoryLine> Lines { get; private set; } = [];

    /// <summary>Projects the peak, or says what is missing.</summary>
    /// <param name="plateaus">As read at rest, in any order; those with 0 users are the base.</param>
    /// <param name="planned">Users that the run asks for.</param>
    /// <param name="collector">How the garbage collector is set.</param>
    /// <param name="projection">The projection.</param>
    /// <param name="missing">Why there is none yet.</param>
    /// <param name="gate">Users that may start at the same time; null: as many as were seen to.</param>
    /// <param name="budget">What no start may use more of, as the governor sees to; null where it does not.</param>
    public static bool TryFrom(
        IReadOnlyList<Plateau> plateaus, int planned, GcSettings collector,
        [NotNullWhen(true)] out Projection? projection, [NotNullWhen(false)] out string? missing, int? gate = null,
        Bytes? budget = null)
    {
        (projection, missing) = (null, null);
        var counts = Counts(plateaus);
        var needed = AreFew(plateaus) ? 2 : LeastOfLine;
        if (counts < needed)
        {
            missing = $"not enough data: {Counted.Of(counts, "plateau")} with users, {needed} are needed";
            return false;
        }

        projection = new Projection(plateaus, counts, planned, collector, gate, budget);
        projection.PerUser = projection.Split(plateaus);
        projection.Lines = projection.Sum(Base(plateaus));
        return true;
    }

    /// <summary>The peak at any number of users, with its 95 % interval.</summary>
    public (Bytes Lower, Bytes Expected, Bytes Upper) At(int users)
    {
        var garbage = GarbageAt(users);
        var (kept, half) = KeptAt(users);
        var expected = kept + garbage.Typical.Count;
        // Two independent errors: where the line is, and where in its cycle the collector is at the peak.
        var below = Math.Sqrt(half * half + Math.Pow(garbage.Typical.Count - garbage.Least.Count, 2));
        var above = Math.Sqrt(half * half + Math.Pow(garbage.Most.Count - garbage.Typical.Count, 2));
        // Of three readings that differ the interval is wider than what there is: nobody peaks below nothing.
        var lower = new Bytes((long)Math.Max(0, expected - below));
        return (lower, new Bytes((long)expected), new Bytes((long)(expected + above)));
    }

    /// <summary>
    /// Whether it knows three users at the most: enough to warn by, and too little to refuse anybody. They may be the
    /// largest of all, and where they differ the interval of so few is wider than any budget.
    /// </summary>
    public bool IsEarly => last.Users <= Few;

    /// <summary>
    /// What is to be warned of by two users alone, for people: what ten would exceed. Null where they would not, or
    /// more is known.
    /// </summary>
    public string? TellEarly(Bytes budget)
    {
        if (Counts(seen) >= LeastOfLine) return null;
        var users = Math.Min(Planned, WarnedOfByTwo);
        var need = At(users).Expected;
        return need > budget
            ? $"If further users take what the second took, {NextUser}, "
                + $"{Counted.Of(users, "user needs", "users need")} {need}; the limit is {budget}."
            : null;
    }

    /// <summary>Whether more than two users foretell that this budget will be exceeded.</summary>
    public bool IsWarningOf(Bytes budget) => Expected > budget && Counts(seen) >= LeastOfLine;

    /// <summary>Whether the line broke at the last reading, and the next will say how steep it goes on.</summary>
    public bool IsBroken => step is { Readings: 1 };

    /// <summary>
    /// The highest reading that is as foretold of so many users: one above it says that the line broke. Allocates
    /// nothing.
    /// </summary>
    public Bytes MostAt(int users)
    {
        var (kept, half) = KeptAt(users);
        return new Bytes((long)(kept + half)) + mostGarbage + MostTransient;
    }

    /// <summary>The peak once something that each user keeps is made for all of them: one copy stays.</summary>
    public Bytes ExpectedIfShared(Bytes keptPerUser)
    {
        var saved = keptPerUser * (Planned - 1);
        // A smaller heap lets less garbage stand.
        var live = Math.Max(0, (long)managed.At(Planned) - saved.Count);
        var (garbage, less) = (GarbageAt(Planned).Typical, collector.StandingGarbage(new Bytes(live)).Typical);
        return Expected - saved - garbage + (less < garbage ? less : garbage);
    }

    /// <summary>
    /// What any number of users cannot do without, with its 95 % interval: what they keep, and what work under way
    /// holds. The peak is above it by what the collector lets stand while there is room, and takes away when there is
    /// none.
    /// </summary>
    public (Bytes Lower, Bytes Upper) NeedAt(int users)
    {
        var (kept, half) = (fit.At(users), HalfWidth(users));
        var lower = new Bytes((long)(kept - half - FreeFor(users))) + LeastTransient;
        var upper = new Bytes((long)(kept + half));
        if (users >= last.Users)
        {
            // From the last reading at rest on: its own error is small, and only the slope's grows with every further
            // user.
            var steepest = Math.Max(0, fit.Slope + fit.SlopeHalfWidth + drift);
            var near = last.Reading.Unreclaimable
                + new Bytes((long)((users - last.Users) * steepest + Noise.Count * 1.96));
            if (near < upper) upper = near;
        }

        upper += MostTransient + collector.Gen0;
        return (lower < upper ? lower : upper, upper);
    }

    /// <summary>
    /// The least that starts and iterations under way held when somebody looked; zero where nobody did.
    /// </summary>
    public Bytes LeastTransient { get; }

    /// <summary>The most.</summary>
    public Bytes MostTransient { get; }

    /// <summary>Whether the upper bound of what is needed lets this many users run.</summary>
    public bool Covers(int users, Bytes budget) => NeedAt(users).Upper <= budget;

    /// <summary>
    /// The most users whose peak's upper bound is within a budget; 0 where not even one's is, null where users do not
    /// decide.
    /// </summary>
    public int? FitIn(Bytes budget)
    {
        const int Unbounded = 100_000_000;
        if (At(Unbounded).Upper <= budget) return null;
        var (fits, over) = (0, Unbounded);
        while (over - fits > 1)
        {
            var middle = fits + (over - fits) / 2;
            if (At(middle).Upper <= budget) fits = middle;
            else over = middle;
        }

        return fits;
    }

    // What extrapolation adds beyond the scatter around the line: the line itself was still turning.
    double HalfWidth(int users) => fit.HalfWidth(users) + drift * Math.Max(0, users - last.Users);

    // Since a step the line is too low for those to come. What is needed is read again with each few of them, and goes
    // by the line all the same: a single reading that was too high is to stop nobody.
    (double Kept, double HalfWidth) KeptAt(int users) =>
        step is { } broken && users > broken.Last && broken.At(users) > fit.At(users)
            ? (broken.At(users), HalfWidth(users) + broken.HalfWidth(users))
            : (fit.At(users), HalfWidth(users));

    // What users to come need less, because it lies free in what those before them brought; their own at the most.
    double FreeFor(int users)
    {
        var native = Math.Max(0, fit.Slope - managed.Slope);
        return Math.Min(native, KeptFree.Count / (double)last.Users) * Math.Max(0, users - last.Users);
    }

    // As it was seen on the way; else as it is known of a collector set like this.
    StandingGarbage GarbageAt(int users)
    {
        var live = new Bytes(Math.Max(0, (long)managed.At(users)));
        return StandingGarbage.Seen(seen, collector, live) ?? collector.StandingGarbage(live);
    }

    PerUser Split(IReadOnlyList<Plateau> plateaus)
    {
        var hasKernel = plateaus.All(plateau => plateau.Reading.Kernel is not null);
        // v1 counts socket buffers beside the limit, and mostly not at all.
        var kernel = hasKernel ? new Bytes((long)Fit(plateaus, plateau => Kernel(plateau.Reading), Noise).Slope)
            : (Bytes?)null;
        var live = new Bytes((long)managed.Slope);
        return new PerUser(live, new Bytes((long)fit.Slope) - live - (kernel ?? default), kernel);
    }

    static bool AreFew(IReadOnlyList<Plateau> plateaus)
    {
        for (var index = 0; index < plateaus.Count; index++)
        {
            if (plateaus[index].Users > Few) return false;
        }

        return true;
    }

    internal static int Counts(IReadOnlyList<Plateau> plateaus) =>
        plateaus.Where(plateau => plateau.Users > 0).Select(plateau => plateau.Users).Distinct().Count();

    // What starts under way held when somebody looked; with as many at a time as the gate lets, each holds as much.
    static (Bytes Least, Bytes Most) Transients(IReadOnlyList<Plateau> plateaus, int? gate)
    {
        var recent = plateaus.Where(plateau => plateau.Users > 0).OrderByDescending(plateau => plateau.Users).Take(4)
            .ToList();
        var least = recent.Min(plateau => plateau.Transient ?? Bytes.Zero);
        return (least, recent.Max(plateau => (plateau.Transient ?? Bytes.Zero) * Times(plateau)));

        double Times(Plateau plateau) => gate is { } most && plateau.Starts.Most is > 0 and var starting
            ? Math.Max(1, most / (double)starting)
            : 1;
    }

    /// <summary>How far the slope moved with the last plateau: as much again, each way, it may move yet.</summary>
    static double Drift(IReadOnlyList<Plateau> plateaus, LineFit fit)
    {
        var last = plateaus.Max(plateau => plateau.Users);
        var before = plateaus.Where(plateau => plateau.Users < last).ToList();
        if (Counts(before) < LeastOfLine) return 0;
        return Math.Abs(Fit(before, plateau => plateau.Reading.Unreclaimable, Noise).Slope - fit.Slope);
    }

    internal static LineFit Fit(IReadOnlyList<Plateau> plateaus, Func<Plateau, Bytes> figure, Bytes noise)
    {
        // Not the plateau without users: what the first one brings once (a TLS context, a cache) would be taken for
        // slope. And not those of an eighth of the users and less, where there are enough: users who come first cost
        // more.
        var last = plateaus.Max(plateau => plateau.Users);
        var far = plateaus.Where(plateau => plateau.Users >= last / 8.0).Select(plateau => plateau.Users).Distinct()
            .Count();
        var points = plateaus.Where(plateau => plateau.Users >= (far > LeastOfLine ? last / 8.0 : 1))
            .Select(plateau => ((double)plateau.Users, (double)figure(plateau).Count)).ToArray();
        return LineFit.Through(points, noise.Count);
    }

    internal static Bytes Kernel(MemoryReading reading) => (reading.Kernel ?? default) + (reading.Sockets ?? default);

    static Bytes? Base(IReadOnlyList<Plateau> plateaus)
    {
        foreach (var plateau in plateaus)
        {
            if (plateau.Users == 0) return plateau.Reading.Unreclaimable;
        }

        return null;
    }

    // The lines add up to Expected to the byte: what rounding leaves goes to the base.
    List<MemoryLine> Sum(Bytes? before)
    {
        var lines = new List<MemoryLine>();
        var intercept = new Bytes((long)fit.Intercept);
        var known = before ?? intercept;
        if (before is not null) lines.Add(new MemoryLine("once, with the first user", intercept - known));
        var user = PerUser.AsCharged;
        // Not Counted: that would be a string more for each projection.
        var users = Planned == 1 ? "user" : "users";
        lines.Add(new MemoryLine($"{Planned:N0} {users} x {user.Managed} managed", user.Managed * Planned));
        var native = user.Kernel is not null ? "native" : "native and kernel";
        lines.Add(new MemoryLine($"{Planned:N0} {users} x {user.Native} {native}", user.Native * Planned));
        if (user.Kernel is { } kernel)
        {
            lines.Add(new MemoryLine($"{Planned:N0} {users} x {kernel} kernel", kernel * Planned));
        }

        var more = new Bytes((long)(KeptAt(Planned).Kept - fit.At(Planned)));
        if (step is { } broken && more > Bytes.Zero)
        {
            lines.Add(new MemoryLine($"users after {broken.From} take {new Bytes((long)broken.PerUser)} each", more));
        }

        lines.Add(new MemoryLine("garbage between collections, and work under way", GarbageAt(Planned).Typical));
        if (heldByStarts > Bytes.Zero)
        {
            lines.Add(new MemoryLine($"starts under way, up to {Starts} at a time", heldByStarts));
        }

        var sum = lines.Aggregate(Bytes.Zero, (total, line) => total + line.Amount);
        lines.Insert(0, new MemoryLine("before the first user", Expected - sum));
        return lines;
    }
}
