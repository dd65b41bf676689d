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

    /// <summary>A burst of 500 MB/s takes 5 MB meanwhile.</summary>
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>Memory is read at least this often while the planned users are let in: what comes unseen is 0.4 % of them.</summary>
    const int LooksWhileLettingIn = 256;

    readonly LoopSet loops;
    readonly ScenarioPlan scenario;
    readonly LoadPlan load;
    readonly Supplies supplies;
    readonly Guard guard;
    readonly ClassMix mix;
    int nextPlateau = 1;
    int lookedWith;
    TimeSpan? restingSince;
    TimeSpan lookedAt = TimeSpan.MinValue / 2;

    public Population(LoopSet loops, ScenarioPlan scenario, LoadPlan load, Supplies supplies, Guard guard)
    {
        (this.loops, this.scenario, this.load, this.supplies, this.guard) = (loops, scenario, load, supplies, guard);
        mix = scenario.Mix();
    }

    /// <summary>Users let in so far.</summary>
    public int Admitted { get; private set; }

    /// <summary>What watches memory.</summary>
    public Guard Guard => guard;

    public IReadOnlyList<Plateau> Plateaus => guard.Plateaus;

    /// <summary>The latest projection; null as long as there is too little to project from.</summary>
    public Projection? Projection => guard.Projection;

    /// <summary>The governor's latest decision.</summary>
    public Decision Decision => guard.Decision;

    /// <summary>The reading it was made from.</summary>
    public MemoryReading Reading => guard.Reading;

    /// <summary>The highest reading, and how many users ran then.</summary>
    public (MemoryReading Reading, int Users) Peak => guard.Peak;

    /// <summary>Memory at rest before the first user.</summary>
    public void ReadBase(TimeSpan at) => guard.AddPlateau(Crowd, at);

    /// <summary>Admits who is due, or rests.</summary>
    /// <param name="at">Since the run started.</param>
    /// <param name="ramp">Since the ramp began.</param>
    /// <returns>Whether a plateau was reached in this step.</returns>
    public bool Step(TimeSpan at, TimeSpan ramp)
    {
        if (at - lookedAt < LookEvery) return false;
        lookedAt = at;
        Look();
        if (restingSince is { } since)
        {
            if (loops.Started < Admitted && at - since < LongestRest) return false;
            restingSince = null;
            if (loops.Started < Admitted) return false;
            guard.AddPlateau(Crowd, at);
            return true;
        }

        // One that nobody asked for by the count of users, but the governor.
        if (Decision.Admission == Admission.Measure && load.UsersDueAt(ramp) > Admitted)
        {
            restingSince = at;
            return false;
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

            // A reading takes nine system calls, some 40 us: of users that come by thousands, not each is worth one.
            if (Admitted - lookedWith > load.Users / LooksWhileLettingIn) Look();
            else guard.Reconsider(Admitted);
        }

        return false;
    }

    /// <summary>Reads memory, and lets the governor decide.</summary>
    public void Look()
    {
        lookedWith = Admitted;
        guard.Look(Crowd, loops.Run.OutOfMemoryAt);
    }

    /// <summary>The highest reading since this was last asked for: what a second is told by, so that no peak falls between two of them.</summary>
    public MemoryReading TakeHighest() => guard.TakeHighest();

    /// <summary>What will happen, why, and what to do, as it stands.</summary>
    public Verdict Verdict() => guard.Verdict(scenario.Scopes.Select(CostOf));

    Crowd Crowd => new(Admitted, loops.Started - loops.Failed, loops.Running, loops.Connections);

    void Admit()
    {
        var plan = scenario.Users[mix.Next()];
        var loop = loops.All[Admitted % loops.All.Count];
        var index = Admitted++;
        new Loop.LoopContext(loop.Loop).Post(_ => loop.Admit(plan, index, supplies), null);
    }

    ScopeCost CostOf(Scope scope)
    {
        var (allocated, entries) = loops.Charged(scope.Id);
        // A task is entered by a user many times; the users that run it are all of its class.
        var users = scope.Kind == ScopeKind.Task ? Math.Max(1, loops.Started - loops.Failed) : entries;
        return new ScopeCost(scope, allocated, users);
    }
}
