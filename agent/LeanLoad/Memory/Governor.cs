namespace LeanLoad.Memory;

/// <summary>What to do when a run does not fit.</summary>
enum OverMemory : byte
{
    /// <summary>End with complete results and exit code 86: the default.</summary>
    Stop,

    /// <summary>Admit no further user and go on with those that fit.</summary>
    Hold,

    /// <summary>Watch and report, but neither hold nor stop, and leave the heap unbounded: the kernel decides.</summary>
    Ignore,
}

/// <summary>What the run may do now.</summary>
enum Admission : byte
{
    /// <summary>The next user may start.</summary>
    Admit,

    /// <summary>No further user; those that run go on.</summary>
    Hold,

    /// <summary>Write the results and end.</summary>
    Stop,
}

/// <summary>How far ahead the governor saw it.</summary>
enum Tier : byte
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The projection says so: minutes ahead.</summary>
    Projection,

    /// <summary>Little room is left: seconds ahead.</summary>
    Headroom,

    /// <summary>The kernel refuses: now.</summary>
    Wall,
}

/// <summary>What the governor decided.</summary>
/// <param name="Admission">What the run may do.</param>
/// <param name="Tier">Why, by how far ahead.</param>
/// <param name="Reason">For people; empty where nothing is wrong.</param>
readonly record struct Decision(Admission Admission, Tier Tier, string Reason);

/// <summary>All that the governor looks at.</summary>
readonly record struct Situation
{
    /// <summary>Memory now.</summary>
    public required MemoryReading Reading { get; init; }

    /// <summary>Null as long as there is not enough data.</summary>
    public Projection? Projection { get; init; }

    /// <summary>Null where none is known: then nothing but the kernel's own signs can stop the run.</summary>
    public Bytes? Budget { get; init; }

    /// <summary>Users that the run asks for.</summary>
    public required int Planned { get; init; }

    /// <summary>Users admitted so far.</summary>
    public required int Admitted { get; init; }

    /// <summary>
    /// The most that the start of one user has added so far: until there is a projection, the next may add as much
    /// again, and is admitted only with room for it.
    /// </summary>
    public Bytes MostPerUser { get; init; }

    /// <summary>How often a limit was met since the last reading (<see cref="MemoryReading.LimitHits"/>).</summary>
    public long NewLimitHits { get; init; }

    /// <summary>What to do when it does not fit.</summary>
    public OverMemory Policy { get; init; }
}

/// <summary>
/// Admits users, holds or stops, as a pure function. Three tiers, the nearest danger first. The run is stopped for its
/// projection only when even the <i>lower</i> bound is over the budget, and no user is admitted whom the <i>upper</i>
/// bound does not cover: so an imprecise projection neither stops a run that fits nor lets one die.
/// </summary>
static class Governor
{
    /// <summary>
    /// Room that is never given to users: to end in, results included. A MiB, or three hundredths of a large budget.
    /// </summary>
    public static Bytes Reserve(Bytes budget) => new(Math.Max(1 << 20, budget.Count * 3 / 100));

    /// <summary>Decides.</summary>
    public static Decision Decide(in Situation now)
    {
        if (now.Policy == OverMemory.Ignore || Room(now) is not { } room) return new Decision(Admission.Admit, Tier.None, "");
        var budget = now.Reading.Unreclaimable + room;
        var reserve = Reserve(budget);
        // Page cache meets the limit too and is dropped without harm: only with little room left is a hit a sign of the
        // end.
        if (now.NewLimitHits > 0 && room < reserve * 3)
        {
            return new Decision(Admission.Stop, Tier.Wall,
                $"the kernel met the limit {now.NewLimitHits} times since the last reading, and {room} are left");
        }

        if (room < reserve) return Over(now, Tier.Headroom, $"{room} are left of {budget}; ending takes {reserve}");
        if (now.Admitted >= now.Planned) return new Decision(Admission.Admit, Tier.None, "");
        if (now.Projection is not { } projection) return WithoutProjection(now, room, reserve);
        if (projection.Lower > budget)
        {
            var fits = projection.FitIn(budget) ?? now.Planned;
            var reason = $"{now.Planned} users need {projection.Expected}, and {projection.Lower} at the least; "
                + $"the limit is {budget}";
            // Held at what fits, not at once: the policy asks for as many users as there can be.
            return now.Policy == OverMemory.Hold && now.Admitted < fits
                ? new Decision(Admission.Admit, Tier.Projection, reason)
                : Over(now, Tier.Projection, reason);
        }

        if (projection.Covers(now.Admitted + 1, budget)) return new Decision(Admission.Admit, Tier.None, "");
        var next = projection.At(now.Admitted + 1).Upper;
        return Over(now, Tier.Projection,
            $"with user {now.Admitted + 1} of {now.Planned} up to {next} may be needed; the limit is {budget}");
    }

    static Decision WithoutProjection(in Situation now, Bytes room, Bytes reserve) =>
        room >= reserve + now.MostPerUser
            ? new Decision(Admission.Admit, Tier.None, "")
            : Over(now, Tier.Headroom,
                $"a user added {now.MostPerUser}, and {room} are left, of which ending takes {reserve}");

    static Decision Over(in Situation now, Tier tier, string reason) =>
        new(now.Policy == OverMemory.Hold ? Admission.Hold : Admission.Stop, tier, reason);

    // The budget may be less than the limit allows, and an enclosing cgroup's limit less than the budget by now.
    static Bytes? Room(in Situation now)
    {
        var within = now.Budget is { } budget ? budget - now.Reading.Unreclaimable : (Bytes?)null;
        if (now.Reading.Room is not { } left) return within;
        return within is { } planned && planned < left ? planned : left;
    }
}
