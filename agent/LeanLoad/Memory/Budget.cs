namespace LeanLoad.Memory;

/// <summary>How much memory the run may use, and who says so.</summary>
/// <param name="Amount">Null: no budget known; the run goes on, and the report says so.</param>
/// <param name="Source">For people: <c>--memory 64MiB</c>, or <c>memory cgroup /leanload/x (v1), 64.0 MiB</c>.</param>
/// <param name="Problem">Why the run cannot start; null where it can.</param>
/// <param name="Remark">What a person should know; null where nothing.</param>
sealed record Budget(Bytes? Amount, string Source, string? Problem, string? Remark)
{
    /// <summary><c>--memory</c>; null where not given.</summary>
    public Bytes? Asked { get; init; }

    /// <summary>The limit that leaves the least room; null where there is none.</summary>
    public Bytes? Limit { get; init; }

    /// <summary>Whose limit that is, for people; null where there is none.</summary>
    public string? Cgroup { get; init; }

    /// <summary>What it bounds the run by.</summary>
    public Bound Bound => new(Amount, Limit, Cgroup);

    /// <summary>
    /// What the agent alone needs: below, the collector's own floor (20 MiB, measured) leaves a kill or an endless
    /// collection instead of an answer.
    /// </summary>
    public static Bytes Least => Bytes.FromMiB(24);

    /// <summary>
    /// Decides the budget: the smaller of what was asked for and what the tightest memory cgroup leaves.
    /// </summary>
    /// <param name="requested"><c>--memory</c>; null where not given.</param>
    /// <param name="reading">Memory before the run.</param>
    /// <param name="ahead">What its room is less by for the program's own pages.</param>
    public static Budget Resolve(Bytes? requested, in MemoryReading reading, Bytes ahead = default) =>
        Decide(requested, reading, ahead) with
        {
            Asked = requested,
            Limit = reading.Limit,
            Cgroup = reading.LimitName,
        };

    /// <summary>
    /// What the tightest limit leaves to this agent: what others use of an enclosing cgroup's limit is not ours to plan
    /// with, nor what the program's own pages need. Null without a limit.
    /// </summary>
    public static Bytes? Available(in MemoryReading reading) =>
        reading is { Limit: { } limit, Room: { } room } ? Min(limit, room + reading.Unreclaimable) : null;

    /// <summary>What is left: of what was asked for, and of the tightest limit; null where neither is known.</summary>
    /// <remarks>
    /// The budget may be less than the limit allows, and an enclosing cgroup's limit less than the budget by now.
    /// </remarks>
    public static Bytes? Room(Bytes? asked, in MemoryReading reading)
    {
        var within = asked is { } budget ? budget - reading.Unreclaimable : (Bytes?)null;
        if (reading.Room is not { } left) return within;
        return within is { } planned && planned < left ? planned : left;
    }

    static Budget Decide(Bytes? requested, in MemoryReading reading, Bytes ahead)
    {
        var available = Available(reading);
        var asked = requested is { } amount ? $"--memory {amount}" : "";
        var cgroup = available is null ? "" : Describe(reading, available.Value, ahead);
        if (requested is { } wish && (available is not { } most || wish <= most)) return Checked(wish, asked, null);
        if (available is not { } given) return new Budget(null, "no budget known", null, null);
        var remark = requested is null ? null : $"{asked} is more than there is ({cgroup}): the smaller decides.";
        return Checked(given, cgroup, remark, taken: reading.Limit!.Value - given);
    }

    static Budget Checked(Bytes amount, string source, string? remark, Bytes taken = default)
    {
        var problem = amount >= Least ? null
            : source.StartsWith("--memory", StringComparison.Ordinal)
                ? $"--memory is {amount}; the agent alone needs {Least}. Raise it to {Least.MiB:0}MiB or more."
                : $"The {source}, leaves {amount} to this agent, which alone needs {Least}. "
                    + $"Raise the limit to {Math.Ceiling((Least + taken).MiB):0}MiB or more.";
        return new Budget(amount, source, problem, remark);
    }

    static string Describe(in MemoryReading reading, Bytes available, Bytes ahead)
    {
        var others = reading.Limit!.Value - available - ahead;
        var shared = others > Bytes.FromMiB(1) ? $", of which others use {others}" : "";
        var kept = ahead > Bytes.Zero
            ? $", less {ahead} for the program's own pages, of which the disk reads many at a time" : "";
        return $"memory cgroup {reading.LimitName}, {reading.Limit}{shared}{kept}";
    }

    static Bytes Min(Bytes left, Bytes right) => left < right ? left : right;
}
