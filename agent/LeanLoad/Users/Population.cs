using LeanLoad.Load;
using LeanLoad.Memory;

namespace LeanLoad.Users;

/// <summary>
/// Lets users in: as fast as the load plan says, no faster than the governor allows, with a rest at 1, 2, 4, 8 … users
/// where memory is read. For the control thread alone.
/// </summary>
sealed class Population
{
    /// <summary>
    /// A start that takes longer than this no longer holds up the ramp; the plateau is left out then.
    /// </summary>
    static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    /// <summary>A burst of 500 MB/s takes 5 MB meanwhile.</summary>
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Memory is read at least this often while the planned users are let in: what comes unseen is 0.4 % of them.
    /// </summary>
    const int LooksWhileLettingIn = 256;

    readonly LoopSet loops;
    readonly ScenarioPlan scenario;
    readonly Supplies supplies;
    readonly Guard guard;
    readonly ClassMix mix;

    // The classes of the users there are, in the order in which they were let in: the last come are the first to go.
    readonly List<ushort> classes = [];
    LoadPlan load;
    int nextPlateau = 1;
    int lookedWith;
    int restedAt;
    TimeSpan? restingSince;
    TimeSpan lookedAt = TimeSpan.MinValue / 2;
    TimeSpan rampedFor;

    public Population(LoopSet loops, ScenarioPlan scenario, LoadPlan load, Supplies supplies, Guard guard)
    {
        (this.loops, this.scenario, this.load, this.supplies, this.guard) = (loops, scenario, load, supplies, guard);
        mix = scenario.Mix();
    }

    /// <summary>Users let in so far, those that were released again among them.</summary>
    public int Admitted { get; private set; }

    /// <summary>Users let in and not released.</summary>
    public int Present => classes.Count;

    /// <summary>
    /// Whether everybody whom the plan asks for has been let in and has come to rest, or nobody else can be.
    /// </summary>
    public bool IsComplete =>
        Admitted > 0 && restingSince is null
            && (Present >= load.Users || Decision.Admission is Admission.Hold or Admission.Stop);

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

    /// <summary>Asks for another number of users from now on.</summary>
    public void Follow(LoadPlan plan)
    {
        load = plan;
        guard.Follow(plan.Users);
    }

    /// <summary>Admits who is due, lets go who is too many, or rests.</summary>
    /// <param name="at">Since the run started.</param>
    /// <param name="ramp">Since the ramp began.</param>
    /// <returns>Whether a plateau was reached in this step.</returns>
    public bool Step(TimeSpan at, TimeSpan ramp)
    {
        if (at - lookedAt < LookEvery) return false;
        (lookedAt, rampedFor) = (at, ramp);
        Look();
        if (restingSince is { } since)
        {
            if (loops.Started < Admitted && at - since < LongestRest) return false;
            restingSince = null;
            if (loops.Started < Admitted) return false;
            guard.AddPlateau(Crowd, at);
            return true;
        }

        var due = load.UsersDueAt(ramp);
        // One that nobody asked for by the count of users, but the governor.
        if (Decision.Admission == Admission.Measure && due > Present)
        {
            restingSince = at;
            return false;
        }

        if (Present > due) Release(Present - due);
        while (Present < due && Decision.Admission == Admission.Admit && Starting < (guard.StartGate ?? int.MaxValue))
        {
            Admit();
            // Where users go and come again, what they need has been read already.
            if (Present > restedAt && Present == Math.Min(nextPlateau, load.Users))
            {
                nextPlateau *= 2;
                (restedAt, restingSince) = (Present, at);
                return false;
            }

            // A reading takes nine system calls, some 40 us: of users that come by thousands, not each is worth one.
            if (Admitted - lookedWith > load.Users / LooksWhileLettingIn) Look();
            else guard.Reconsider(Present);
        }

        return false;
    }

    /// <summary>Reads memory, and lets the governor decide.</summary>
    public void Look()
    {
        lookedWith = Admitted;
        guard.Look(Crowd, loops.Run.OutOfMemoryAt);
    }

    /// <summary>
    /// The highest reading since this was last asked for, and how many users ran then: what a second is told by, so
    /// that no peak falls between two of them.
    /// </summary>
    public (MemoryReading Reading, int Users) TakeHighest() => guard.TakeHighest(loops.Running);

    /// <summary>What will happen, why, and what to do, as it stands.</summary>
    public Verdict Verdict() => guard.Verdict(scenario.Scopes.Select(CostOf));

    /// <summary>Users whose start is under way.</summary>
    int Starting => Admitted - loops.Started;

    Crowd Crowd => new(Present, loops.Started - loops.Failed, loops.Running, loops.Connections)
    {
        At = lookedAt,
        Remaining = load.Duration - rampedFor,
        IsSteady = IsComplete && Present == load.Users && Starting == 0,
        Starting = Starting,
    };

    void Admit()
    {
        var userClass = mix.Next();
        var plan = scenario.Users[userClass];
        var loop = loops.All[LoopOfLast(userClass)];
        var index = Admitted++;
        classes.Add((ushort)userClass);
        new Loop.LoopContext(loop.Loop).Post(_ => loop.Admit(plan, index, supplies), null);
    }

    /// <summary>Lets the last come go: after their iteration, where they are in one.</summary>
    void Release(int count)
    {
        var leaving = new Dictionary<(int Loop, int Class), int>();
        for (; count > 0; count--)
        {
            int userClass = classes[^1];
            classes.RemoveAt(classes.Count - 1);
            var place = (LoopOfLast(userClass), userClass);
            leaving[place] = leaving.GetValueOrDefault(place) + 1;
            mix.TakeBack(userClass);
        }

        foreach (var (place, number) in leaving)
        {
            var (loop, plan) = (loops.All[place.Loop], scenario.Users[place.Class]);
            new Loop.LoopContext(loop.Loop).Post(_ => loop.Release(plan, number), null);
        }
    }

    /// <summary>
    /// Where the last user of a class runs: each class goes round the loops by itself, or classes that alternate would
    /// each stay on one.
    /// </summary>
    int LoopOfLast(int userClass) => (mix.Given(userClass) - 1 + userClass) % loops.All.Count;

    ScopeCost CostOf(Scope scope)
    {
        var (allocated, entries) = loops.Charged(scope.Id);
        // A task is entered by a user many times; the users that run it are all of its class.
        var users = scope.Kind == ScopeKind.Task ? Math.Max(1, loops.Started - loops.Failed) : entries;
        return new ScopeCost(scope, allocated, users);
    }
}
