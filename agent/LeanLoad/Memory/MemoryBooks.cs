namespace LeanLoad.Memory;

/// <summary>A line of the books: what the model expected of an owner, and what was measured.</summary>
/// <param name="Owner">For people.</param>
/// <param name="Expected">By the model.</param>
/// <param name="Measured">At rest.</param>
readonly record struct BookLine(string Owner, Bytes Expected, Bytes Measured);

/// <summary>
/// The memory model held against reality: its lines from the plateaus of at most half of the users, beside what was
/// measured at the last plateau, owner by owner. Both columns sum to all that is charged and not reclaimable.
/// </summary>
/// <param name="From">Users that the model knew.</param>
/// <param name="Users">Users at the last plateau.</param>
/// <param name="Lines">One for each owner.</param>
sealed record MemoryBooks(int From, int Users, IReadOnlyList<BookLine> Lines)
{
    /// <summary>The model's sum.</summary>
    public Bytes Expected => Lines.Aggregate(Bytes.Zero, static (sum, line) => sum + line.Expected);

    /// <summary>What is charged and not reclaimable at the last plateau.</summary>
    public Bytes Measured => Lines.Aggregate(Bytes.Zero, static (sum, line) => sum + line.Measured);

    /// <summary>The sum's error as a share of what was measured.</summary>
    public double Error => (Expected - Measured).Count / (double)Math.Max(1, Measured.Count);

    /// <summary>Null where there are too few plateaus for a model and another to hold it against.</summary>
    public static MemoryBooks? Of(IReadOnlyList<Plateau> plateaus)
    {
        if (plateaus.Count == 0 || plateaus.All(static plateau => plateau.Users > 0)) return null;
        var last = plateaus.MaxBy(static plateau => plateau.Users);
        var known = plateaus.Where(plateau => plateau.Users <= (last.Users + 1) / 2).ToList();
        if (Projection.Counts(known) < Projection.LeastOfLine) return null;
        var before = plateaus.First(static plateau => plateau.Users == 0).Reading;
        var all = Growth(static reading => reading.Unreclaimable, Projection.Noise);
        var managed = Growth(static reading => reading.Live, Projection.LiveNoise);
        var isSplit = plateaus.All(static plateau => plateau.Reading.Kernel is not null);
        (Bytes Expected, Bytes Measured) kernel = isSplit ? Growth(Projection.Kernel, Projection.Noise) : default;
        var expected = Charged(all.Expected, managed.Expected, kernel.Expected);
        var measured = Charged(all.Measured, managed.Measured, kernel.Measured);
        var lines = new List<BookLine>
        {
            new("before the first user: program, runtime, bootstraps", before.Unreclaimable, before.Unreclaimable),
            Line("managed", (expected.Managed, measured.Managed)),
        };
        if (isSplit) lines.Add(Line("kernel", kernel));
        lines.Add(Line(isSplit ? "native" : "native and kernel", (expected.Native, measured.Native)));
        return new MemoryBooks(known.Max(static plateau => plateau.Users), last.Users, lines);

        // What the first user brings once is within: it is there when the others are, too.
        (Bytes Expected, Bytes Measured) Growth(Func<MemoryReading, Bytes> figure, Bytes noise)
        {
            var line = Projection.Fit(known, plateau => figure(plateau.Reading), noise);
            return (new Bytes((long)line.At(last.Users)) - figure(before), figure(last.Reading) - figure(before));
        }

        static PerUser Charged(Bytes all, Bytes managed, Bytes kernel) =>
            new PerUser(managed, all - managed - kernel, kernel).AsCharged;

        BookLine Line(string what, (Bytes Expected, Bytes Measured) amount) => new(
            $"{Counted.Of(last.Users, "user")}, {what}: {amount.Measured * (1.0 / last.Users)} each",
            amount.Expected, amount.Measured);
    }
}
