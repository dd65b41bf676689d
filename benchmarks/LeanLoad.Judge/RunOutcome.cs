using System.Text.Json.Serialization;
using LeanLoad.Memory;

namespace LeanLoad.Judge;

/// <summary>How one run of a case ended, by the kernel, by the exit code and by its results.</summary>
sealed record RunOutcome
{
    /// <summary>128 + n for signal n.</summary>
    public required int ExitCode { get; init; }

    /// <summary>
    /// Whether the kernel killed a process of its cgroup for want of memory: the agent, which then exits with 137, or
    /// the child of an isolated bootstrap, which the agent outlives. Both count alike, for in a pod the kernel takes
    /// the whole container (<c>memory.oom.group</c>).
    /// </summary>
    public required bool IsKilled { get; init; }

    /// <summary>The kernel's highest charge, page cache included.</summary>
    public long KernelPeak { get; init; }

    /// <summary>
    /// The highest charge that is not reclaimable, by the agent's own readings; where a bootstrap's child grows, the
    /// kernel's.
    /// </summary>
    public long Peak { get; init; }

    /// <summary>The same at rest before the first user; 0 where it did not come so far.</summary>
    public long AtRest { get; init; }

    /// <summary>Seconds from the start of the ramp to the end of the process.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds from the ramp's start to the first word that it will not fit; null: never said.</summary>
    public double? WarnedAt { get; init; }

    /// <summary>
    /// Seconds from the ramp's start to when it began to stop, by decision or as its time was over; null: it did not
    /// come so far.
    /// </summary>
    public double? StoppedAt { get; init; }

    /// <summary>
    /// Whether the journal ends with the run's last record and all of it can be read; of a guarded run, whether JSON
    /// and summary are whole, too, and say the same.
    /// </summary>
    public bool IsComplete { get; init; }

    /// <summary>What the results lack (<see cref="Results"/>); null where nothing, or where nobody looked.</summary>
    public string? Lacking { get; init; }

    /// <summary>Users let in, as far as ticks and plateaus say.</summary>
    public int Admitted { get; init; }

    /// <summary>
    /// The most whose start was complete, at one time; null in results of before anybody looked.
    /// </summary>
    public int? Ran { get; init; }

    /// <summary>How long it stood still.</summary>
    public Standstill Stood { get; init; }

    /// <summary>Each projection: seconds since the ramp's start, users started, and the interval in bytes.</summary>
    public List<ProjectionSeen> Projections { get; init; } = [];

    /// <summary>Memory at rest on the way: what every projection was made from.</summary>
    public List<PlateauSeen> Plateaus { get; init; } = [];

    /// <summary>What was said last.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>How it ended, by all of that.</summary>
    [JsonIgnore]
    public Ending Ending => this switch
    {
        { IsKilled: true } => Ending.Killed,
        { ExitCode: 86, IsComplete: true } => Ending.Stopped,
        // What a user who asks for it is told, word for word.
        { ExitCode: 0, IsComplete: true } => Verdict.Contains(" Held at ", StringComparison.Ordinal) ? Ending.Held
            : Ending.Passed,
        _ => Ending.Broken,
    };

    /// <summary>The last words on standard error where it ended as nobody expects.</summary>
    public string? Error { get; init; }
}

/// <summary>A reading at rest as the journal has it, in bytes; null where it is not known.</summary>
sealed record PlateauSeen(
    int Users, double At, long Unreclaimable, long Live, long Committed, long? Kernel, long? Sockets,
    long? Excess, long? Transient)
{
    public long Large { get; init; }

    public long LargeAllocated { get; init; }

    /// <summary>Starts under way at most, and what each held.</summary>
    public int Starts { get; init; }

    public long HeldByEach { get; init; }

    public static PlateauSeen Of(Plateau plateau) => new(
        plateau.Users, plateau.At.TotalSeconds, plateau.Reading.Unreclaimable.Count, plateau.Reading.Live.Count,
        plateau.Reading.Committed.Count, plateau.Reading.Kernel?.Count, plateau.Reading.Sockets?.Count,
        plateau.Excess?.Count, plateau.Transient?.Count)
    {
        Large = plateau.Reading.Large.Live.Count,
        LargeAllocated = plateau.Reading.Large.Allocated.Count,
        Starts = plateau.Starts.Most,
        HeldByEach = plateau.Starts.HeldByEach.Count,
    };

    public Plateau ToPlateau() => new(Users, TimeSpan.FromSeconds(At), new MemoryReading
    {
        Unreclaimable = new Bytes(Unreclaimable),
        Live = new Bytes(Live),
        Committed = new Bytes(Committed),
        Kernel = Known(Kernel),
        Sockets = Known(Sockets),
        Large = new LargeObjects(new Bytes(Large), new Bytes(LargeAllocated)),
    })
    {
        Excess = Known(Excess),
        Transient = Known(Transient),
        Starts = new StartsUnderWay(Starts, new Bytes(HeldByEach)),
    };

    static Bytes? Known(long? count) => count is { } known ? new Bytes(known) : null;
}

/// <summary>A projection as the journal has it.</summary>
sealed record ProjectionSeen(double At, int Users, long Lower, long Expected, long Upper);
