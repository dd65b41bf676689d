using LeanLoad.Load;
using LeanLoad.Memory;

namespace LeanLoad.Users;

/// <summary>
/// Lets users in: as fast as the load plan says, no faster than the governor allows, with a rest at 1, 2, 4, 8 … users where memory is read. For the
/// control thread alone.
/// </summary>
sealed class Population
{
    /// <summary>A start that takes longer than this no longer holds up the ramp; the plateau is left out then.</summary>
    static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    readonly LoopSet loops;
    readonly ScenarioPlan scenario;
    readonly LoadPlan load;
    readonly Supplies supplies;
    readonly MemoryReader memory;
    readonly GcSettings collector;
    readonly Bytes? budget;
    readonly OverMemory policy;
    readonly ClassMix mix;
    readonly List<Plateau> plateaus = [];
    int nextPlateau = 1;
    TimeSpan? restingSince;
    TimeSpan lookedAt = TimeSpan.MinValue / 2;
    Bytes mostPerUser;
    MemoryReading highest;
    long? limitHits;

    public Population(
        LoopSet loops, ScenarioPlan scenario, LoadPlan load, Supplies supplies, MemoryReader memory, GcSettings collector, Bytes? budget, OverMemory policy)
    {
        (this.loops, this.scenario, this.load, this.supplies) = (loops, scenario, load, supplies);
        (this.memory, this.collector, this.budget, this.policy) = (memory, collector, budget, policy);
        mix = scenario.Mix();
    }

    /// <summary>Users let in so far.</summary>
    public int Admitted { get; private set; }

    public IReadOnlyList<Plateau> Plateaus => plateaus;

    /// <summary>The latest projection; null as long as there is too little to project from.</summary>
    public Projection? Projection { get; private set; }

    /// <summary>Why there is no projection.</summary>
    public string Missing { get; private set; } = "no user has started";

    /// <summary>The governor's latest decision.</summary>
    public Decision Decision { get; private set; }

    /// <summary>The reading it was made from.</summary>
    public MemoryReading Reading { get; private set; }

    /// <summary>The highest reading, and how many users ran then.</summary>
    public (MemoryReading Reading, int Users) Peak { get; private set; }

    /// <summary>Memory at rest before the first user.</summary>
    public void ReadBase(TimeSpan at) => AddPlateau(at);

    /// <summary>Admits who is due, or rests.</summary>
    /// <param name="at">Since the run started.</param>
    /// <param name="ramp">Since the ramp began.</param>
    /// <returns>Whether a plateau was reached in this step.</returns>
    public bool Step(TimeSpan at, TimeSpan ramp)
    {
        // With everybody in, memory changes by what iterations do: ten readings a second see it as well as a hundred.
        if (Admitted == load.Users && restingSince is null && at - lookedAt < LookEvery) return false;
        lookedAt = at;
        Look();
        if (restingSince is { } since)
        {
            if (loops.Started < Admitted && at - since < LongestRest) return false;
            restingSince = null;
            if (loops.Started < Admitted) return false;
            AddPlateau(at);
            return true;
        }

        var due = load.UsersDueAt(ramp);
        while (Admitted < due && Decision.Admission == Admission.Admit)
        {
            Admit();
            if (Admitted == Math.Min(nextPlateau, load.Users))
            {
                nextPlateau *= 2;
                restingSince = at;
                return false;
            }

            Look();
        }

        return false;
    }

    /// <summary>Reads memory, and lets the governor decide.</summary>
    public void Look()
    {
        Reading = memory.Read(loops.Connections);
        if (Reading.Unreclaimable > Peak.Reading.Unreclaimable) Peak = (Reading, loops.Running);
        if (Reading.Unreclaimable > highest.Unreclaimable) highest = Reading;
        var hits = Reading.LimitHits - limitHits;
        limitHits = Reading.LimitHits;
        Decision = Governor.Decide(new Situation
        {
            Reading = Reading,
            Projection = Projection,
            Budget = budget,
            Planned = load.Users,
            Admitted = Admitted,
            MostPerUser = mostPerUser,
            NewLimitHits = hits ?? 0,
            Policy = policy,
        });
    }

    /// <summary>The highest reading since this was last asked for: what a second is told by, so that no peak falls between two of them.</summary>
    public MemoryReading TakeHighest()
    {
        var taken = highest;
        highest = Reading;
        return taken;
    }

    /// <summary>What will happen, why, and what to do, as it stands.</summary>
    public Verdict Verdict() => Projection is null
        ? Memory.Verdict.NotKnown(Missing)
        : Memory.Verdict.Of(Projection, budget, scenario.Scopes.Select(CostOf));

    void Admit()
    {
        var plan = scenario.Users[mix.Next()];
        var loop = loops.All[Admitted % loops.All.Count];
        var index = Admitted++;
        new Loop.LoopContext(loop.Loop).Post(_ => loop.Admit(plan, index, supplies), null);
    }

    void AddPlateau(TimeSpan at)
    {
        var plateau = memory.ReadAtRest(loops.Started - loops.Failed, at, loops.Connections);
        if (plateaus.Count > 0 && plateau.Users > plateaus[^1].Users)
        {
            var added = (plateau.Reading.Unreclaimable - plateaus[^1].Reading.Unreclaimable) * (1.0 / (plateau.Users - plateaus[^1].Users));
            if (added > mostPerUser) mostPerUser = added;
        }

        plateaus.Add(plateau);
        if (Projection.TryFrom(plateaus, load.Users, collector, [], out var projection, out var missing)) Projection = projection;
        else Missing = missing;
        Look();
    }

    ScopeCost CostOf(Scope scope)
    {
        var (allocated, entries) = loops.Charged(scope.Id);
        // A task is entered by a user many times; the users that run it are all of its class.
        var users = scope.Kind == ScopeKind.Task ? Math.Max(1, loops.Started - loops.Failed) : entries;
        return new ScopeCost(scope, allocated, users);
    }
}
