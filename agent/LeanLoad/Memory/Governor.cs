namespace LeanLoad.Memory;

/// <summary>What to do when a run does not fit.</summary>
enum OverMemory : byte
{
    /// <summary>End with complete results and exit code 86: the default.</summary>
    Stop,

    /// <summary>
    /// Admit no further user and go on with those that fit. Where those that run come to need more than there is, this
    /// ends like <see cref="Stop"/>: to go on would be to be killed, without results.
    /// </summary>
    Hold,

    /// <summary>
    /// Watch and report, but neither hold nor stop, and leave the heap unbounded: the kernel decides.
    /// </summary>
    Ignore,
}

/// <summary>What the run may do now.</summary>
enum Admission : byte
{
    /// <summary>The next user may start.</summary>
    Admit,

    /// <summary>
    /// No further user before memory was read at rest: what is known is too old to say whether he fits.
    /// </summary>
    Measure,

    /// <summary>
    /// No further user before starts under way have ended: with all that they and one more may yet take, the room would
    /// be used up.
    /// </summary>
    Wait,

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

    /// <summary>Memory grows over time, and the room will be used up soon: half a minute ahead.</summary>
    Growth,

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

    /// <summary>
    /// What was asked for; null where nothing was. The limits stand in the reading; where there is none either, nothing
    /// but the kernel's own signs can stop the run.
    /// </summary>
    public Bytes? Budget { get; init; }

    /// <summary>What of the limit's room the program's own pages need (<see cref="MemoryReader.OwnPages"/>).</summary>
    public Bytes OwnPages { get; init; }

    /// <summary>Users that the run asks for.</summary>
    public required int Planned { get; init; }

    /// <summary>Users admitted so far.</summary>
    public required int Admitted { get; init; }

    /// <summary>Users whose start is under way.</summary>
    public int Starting { get; init; }

    /// <summary>Users that had been let in at the last reading at rest.</summary>
    public int AtRest { get; init; }

    /// <summary>
    /// The most that the start of one user has added so far: until there is a projection, the next may add as much
    /// again, and is admitted only with room for it.
    /// </summary>
    public Bytes MostPerUser { get; init; }

    /// <summary>How often a limit was met since the last reading (<see cref="MemoryReading.LimitHits"/>).</summary>
    public long NewLimitHits { get; init; }

    /// <summary>Where an OutOfMemoryException was thrown; null where none was.</summary>
    public string? OutOfMemoryAt { get; init; }

    /// <summary>What grows while the users stay the same; null where nothing does.</summary>
    public Leak? Leak { get; init; }

    /// <summary>Until the run's end; null: nobody knows.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>The share of time that a full heap spends collecting; 0 while it is bearable.</summary>
    public double CollectorShare { get; init; }

    /// <summary>What to do when it does not fit.</summary>
    public OverMemory Policy { get; init; }
}

/// <summary>
/// Admits users, holds or stops, as a pure function. Three tiers, the nearest danger first. The run is stopped for its
/// projection only when even the <i>lower</i> bound of what it needs is over the budget, and no user is admitted whom
/// the <i>upper</i> bound does not cover: so an imprecise projection neither stops a run that fits nor lets one die.
/// </summary>
static class Governor
{
    /// <summary>
    /// Room that is never given to users: to end in, results included. A MiB, or three hundredths of a large budget.
    /// </summary>
    public static Bytes Reserve(Bytes budget) => new(Math.Max(1 << 20, budget.Count * 3 / 100));

    /// <summary>
    /// What grows is left alone until the room is used up so soon: before, it may still come to rest, as a cache does.
    /// </summary>
    public static readonly TimeSpan Notice = TimeSpan.FromSeconds(12);

    /// <summary>Decides.</summary>
    public static Decision Decide(in Situation now)
    {
        if (now.Policy == OverMemory.Ignore) return Fine;
        if (Danger(now) is { } danger) return danger;
        if (Room(now) is not { } room || now.Admitted >= now.Planned) return Fine;
        var budget = now.Reading.Unreclaimable + room;
        var reserve = Reserve(budget);
        var decision = now.Projection is not { IsEarly: false } projection ? WithoutProjection(now, room, reserve)
            : projection.NeedAt(now.Planned).Lower > budget ? TooMany(now, projection, budget)
            : Next(now, projection, budget);
        return decision.Admission == Admission.Admit && IsCrowded(now, room - reserve)
            ? decision with { Admission = Admission.Wait }
            : decision;
    }

    /// <summary>
    /// That those who run need more than there is, or will in a moment; null where they do not. Whatever the policy,
    /// that stops the run. Allocates nothing as long as it is null.
    /// </summary>
    public static Decision? Danger(in Situation now)
    {
        if (AtTheWall(now) is { } wall) return wall;
        if (Room(now) is not { } room) return null;
        return TooLittle(now.Reading, room) is { } reason
            ? new Decision(Admission.Stop, Tier.Headroom, reason)
            : Growing(now, room - Ending(now.Reading.Unreclaimable + room));
    }

    /// <summary>
    /// That less is left than it takes to end, for people; null where there is enough, or nobody knows. Allocates
    /// nothing as long as it is null.
    /// </summary>
    public static string? TooLittle(in MemoryReading reading, Bytes? room)
    {
        if (room is not { } left) return null;
        var budget = reading.Unreclaimable + left;
        return left < Ending(budget) ? $"{left} are left of {budget}; ending takes {Ending(budget)}" : null;
    }

    /// <summary>What of the reserve it takes to end: with less left, a run or a bootstrap is ended.</summary>
    public static Bytes Ending(Bytes budget) => Reserve(budget) * 0.5;

    /// <summary>
    /// Whether the next user is refused as before, without a word more to say: as many are there, as much is foretold
    /// of them, and there is no more room.
    /// </summary>
    public static bool IsStillHeld(in Situation before, in Situation now) =>
        ReferenceEquals(now.Projection, before.Projection) && now.Planned == before.Planned
        && now.Admitted == before.Admitted && now.AtRest == before.AtRest && now.Starting == before.Starting
        && Room(now) is { } room && Room(before) is { } roomBefore && room <= roomBefore + new Bytes(64 << 10)
        && now.Reading.Unreclaimable + room == before.Reading.Unreclaimable + roomBefore;

    /// <summary>Why users wait for those whose start is under way, for people.</summary>
    public static string TellCrowding(in Situation now)
    {
        var room = Room(now) ?? Bytes.Zero;
        return $"{Counted.Of(now.Starting, "user is", "users are")} starting, which may take up to {MayTake(now)} more "
            + $"with the next, and {room} are left: users are let in as starts end, more slowly than asked.";
    }

    // What those have taken already whose start is under way stands in the reading, and is counted twice: how far each
    // has come is not known.
    static bool IsCrowded(in Situation now, Bytes room) => now.Starting > 0 && room < MayTake(now);

    static Bytes MayTake(in Situation now) =>
        (now.Projection?.HeldByEachStart ?? now.MostPerUser) * (now.Starting + 1);

    /// <summary>What the budget and the tightest limit leave; null where neither is known.</summary>
    public static Bytes? Room(in Situation now) => Budget.Room(now.Budget, now.Reading);

    static Decision Fine => new(Admission.Admit, Tier.None, "");

    static Decision? AtTheWall(in Situation now)
    {
        if (now.OutOfMemoryAt is { } place)
        {
            return new Decision(Admission.Stop, Tier.Wall,
                $"{place} was refused memory: what the budget leaves to the managed heap is used up");
        }

        if (now.CollectorShare > 0)
        {
            return new Decision(Admission.Stop, Tier.Wall,
                $"the managed heap is full, and the collector took {now.CollectorShare * 100:0} % of the last seconds");
        }

        // Page cache meets the limit too and is dropped without harm, the program's own pages and the journal's: a run
        // that lived met it 93 times between two looks, with 2.5 of 24 MiB left. Only without room is a hit a sign of
        // the end.
        if (now.NewLimitHits > 0 && Room(now) is { } room && room < Reserve(now.Reading.Unreclaimable + room))
        {
            return new Decision(Admission.Stop, Tier.Wall,
                $"the kernel met the limit {Counted.Of(now.NewLimitHits, "time")} since the last reading, and {room} "
                + "are left");
        }

        return null;
    }

    /// <summary>
    /// What a leak will come to, for people; null where there is none, no room is known, or the run ends before.
    /// </summary>
    public static string? Foretell(in Situation now)
    {
        if (now.Leak is not { } leak || Room(now) is not { } room) return null;
        var budget = now.Reading.Unreclaimable + room;
        var left = room - Ending(budget);
        if (EndsBefore(now, leak, left)) return null;
        return $"Memory grows by {leak} while the users stay the same: the limit of {budget} will be met in about "
            + $"{Leak.About(leak.Fills(left))}.";
    }

    static Decision? Growing(in Situation now, Bytes left)
    {
        if (now.Leak is not { } leak || !Fills(now, leak, left)) return null;
        return new Decision(Admission.Stop, Tier.Growth,
            $"memory grows by {Leak.PerTime(leak.Typical)} while the users stay the same, and {left} are left for "
            + $"about {Leak.About(leak.Fills(left))}");
    }

    /// <summary>Whether what grows is what would stop the run now. Allocates nothing.</summary>
    public static bool IsFilling(in Situation now) =>
        now.Leak is { } leak && Room(now) is { } room
        && Fills(now, leak, room - Ending(now.Reading.Unreclaimable + room));

    /// <summary>Whether a collection has the room that it may take, and the run what it takes to end.</summary>
    public static bool CanCollect(in Situation now) =>
        Room(now) is { } room
        && room >= Reserve(now.Reading.Unreclaimable + room) + HeapLimit.BesideLarge(now.Reading);

    static bool Fills(in Situation now, in Leak leak, Bytes left) =>
        !EndsBefore(now, leak, left) && leak.Fills(left) <= Notice;

    static bool EndsBefore(in Situation now, in Leak leak, Bytes left) =>
        now.Remaining is { } remaining && leak.LeastAfter(remaining) < left;

    static Decision TooMany(in Situation now, Projection projection, Bytes budget)
    {
        if (now.Policy != OverMemory.Hold) return new Decision(Admission.Stop, Tier.Projection, Tell(now));
        // Held at what fits, not at once: the policy asks for as many users as there can be. That they do not all fit
        // is certain, so those that do are counted by their peak: with garbage standing, one too many ends the run for
        // all, and without its own pages the agent reads them from disk instead of running users.
        var most = BesideOwnPages(now, budget);
        if (projection.At(now.Admitted + 1).Upper <= most)
        {
            return new Decision(Admission.Admit, Tier.Projection, "not all planned users fit");
        }

        if (IsOld(now)) return new Decision(Admission.Measure, Tier.None, "");
        var pages = most < budget ? $", of which the program's own pages take {budget - most}" : "";
        return Over(now, Tier.Projection, Tell(now) + pages);

        string Tell(in Situation now) =>
            $"{Counted.Of(now.Planned, "user needs", "users need")} {projection.Expected}, and "
            + $"{projection.NeedAt(now.Planned).Lower} at the least; the limit is {budget}";
    }

    static Bytes BesideOwnPages(in Situation now, Bytes budget) =>
        now.Reading.Room is { } left && now.Reading.Unreclaimable + left - now.OwnPages is var most && most < budget
            ? most
            : budget;

    static Decision Next(in Situation now, Projection projection, Bytes budget)
    {
        // What is there decides before what was foretold: where a further user might use up the room, the line was
        // wrong, or much garbage stands.
        var room = budget - now.Reading.Unreclaimable;
        if (room < LeftOver(now, projection, Reserve(budget)) + projection.NextUser)
        {
            return now.Admitted > now.AtRest
                ? new Decision(Admission.Measure, Tier.None, "")
                : Over(now, Tier.Headroom, $"{room} are left, and a user takes {projection.NextUser}");
        }

        if (IsUnforeseen(now, projection)) return new Decision(Admission.Measure, Tier.None, "");
        if (projection.Covers(now.Admitted + 1, budget)) return Fine;
        if (IsOld(now)) return new Decision(Admission.Measure, Tier.None, "");
        var next = projection.NeedAt(now.Admitted + 1).Upper;
        return Over(now, Tier.Projection,
            $"with user {now.Admitted + 1} of {now.Planned} up to {next} may be needed; the limit is {budget}");
    }

    // What is to be left when the next user is in. Held at one too many, everybody would end: so under hold what the
    // heap keeps away from is left too, and what is young.
    static Bytes LeftOver(in Situation now, Projection projection, Bytes reserve) => now.Policy == OverMemory.Hold
        ? reserve + HeapLimit.BesideLarge(now.Reading) + projection.Young
        : reserve * 0.5;

    // Those who are there hold more than was foretold of them: the users since the last reading are others than those
    // before. Read at rest, that shows in the projection, and once more, how much they take; at most so often in a
    // ramp.
    static bool IsUnforeseen(in Situation now, Projection projection) =>
        now.Admitted - now.AtRest >= Math.Max(1, now.Planned / 32)
        && (projection.IsBroken || now.Reading.Unreclaimable > projection.MostAt(now.Admitted));

    // An upper bound far from the last reading at rest is wide: it is read again before anybody is refused, and then
    // only as often as makes a difference.
    static bool IsOld(in Situation now) => now.Admitted - now.AtRest >= Math.Max(1, now.Planned / 64);

    static Decision WithoutProjection(in Situation now, Bytes room, Bytes reserve) =>
        room >= reserve + now.MostPerUser
            ? new Decision(Admission.Admit, Tier.None, "")
            : Over(now, Tier.Headroom,
                $"a user added {now.MostPerUser}, and {room} are left, of which ending takes {reserve}");

    static Decision Over(in Situation now, Tier tier, string reason) =>
        new(now.Policy == OverMemory.Hold ? Admission.Hold : Admission.Stop, tier, reason);
}
