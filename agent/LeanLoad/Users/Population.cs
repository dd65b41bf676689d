using LeanLoad.Load;
using LeanLoad.Loop;
using LeanLoad.Memory;

namespace LeanLoad.Users;

/// <summary>
/// Lets users in: as fast as the load plans say, no faster than the governor allows, with rests where memory is
/// read (<see cref="Rests"/>). Who is due in several groups at once comes in turn, so that every rest sees them mixed.
/// For the control thread alone.
/// </summary>
sealed class Population
{
    /// <summary>Starts of which none ends for so long no longer hold up the ramp.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Nor do those of which some end, after this.</summary>
    static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(20);

    /// <summary>A burst of 500 MB/s takes 5 MB meanwhile.</summary>
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Memory is read at least this often while the planned users are let in: what comes unseen is 0.4 % of them.
    /// </summary>
    const int LooksWhileLettingIn = 256;

    readonly LoopSet loops;
    readonly ScenarioPlan scenario;
    readonly Guard guard;
    readonly Roster[] rosters;
    readonly int[] due;
    int planned;
    TimeSpan? duration;
    int lookedWith;
    int restedAt;
    TimeSpan? restingSince;
    PendingStarts pending = new(Patience);
    TimeSpan lookedAt = TimeSpan.MinValue / 2;
    TimeSpan? loadFor;

    public Population(LoopSet loops, ScenarioPlan scenario, LoadSchedule schedule, Supplies supplies, Guard guard)
    {
        (this.loops, this.scenario, this.guard) = (loops, scenario, guard);
        rosters = [.. scenario.Groups.Select(group => new Roster(loops, group, schedule.Plans[group.Index], supplies))];
        due = new int[rosters.Length];
        (planned, duration) = (schedule.MostUsers, schedule.Duration);
    }

    /// <summary>Who is there, group by group.</summary>
    public IReadOnlyList<Roster> Rosters => rosters;

    /// <summary>The most users that there are to be at a time, live changes included.</summary>
    public int Planned => planned;

    /// <summary>Users let in so far, those that were released again among them.</summary>
    public int Admitted => Sum(static roster => roster.Admitted);

    /// <summary>Users let in and not released.</summary>
    public int Present => Sum(static roster => roster.Present);

    /// <summary>
    /// Whether everybody whom the plans ask for by now has been let in and has come to rest, or nobody else can be.
    /// </summary>
    public bool IsComplete
    {
        get
        {
            foreach (var roster in rosters)
            {
                if (!IsCompleteIn(roster)) return false;
            }

            return Admitted > 0;
        }
    }

    /// <summary>Whether that holds for the pools of open models; true where there are none.</summary>
    public bool HasPools => rosters.All(roster => !roster.Plan.IsOpen || IsCompleteIn(roster));

    /// <summary>What watches memory.</summary>
    public Guard Guard => guard;

    /// <summary>The runtime's threads, held while memory is short; null: they are left alone.</summary>
    public PoolThreads? Pool { get; init; }

    public IReadOnlyList<Plateau> Plateaus => guard.Plateaus;

    /// <summary>The latest projection; null as long as there is too little to project from.</summary>
    public Projection? Projection => guard.Projection;

    /// <summary>The governor's latest decision.</summary>
    public Decision Decision => guard.Decision;

    /// <summary>The reading it was made from.</summary>
    public MemoryReading Reading => guard.Reading;

    /// <summary>The highest reading, and how many users ran then.</summary>
    public MemoryMoment Peak => guard.Peak;

    /// <summary>Whether everybody whom a group asks for by now is there, or nobody else can be.</summary>
    public bool IsCompleteIn(Roster roster) => roster.IsOver
        || IsToCome(roster)
        || ((roster.Admitted > 0 || roster.Plan.Users == 0) && restingSince is null
            && (roster.Present >= roster.Plan.Users || Decision.Admission is Admission.Hold or Admission.Stop));

    /// <summary>Memory at rest before the first user.</summary>
    public void ReadBase(TimeSpan at) => Rest(at);

    // What lies free between native allocations is no user's: 128 TLS users stood at 35 KiB each with it, 1,564 at 24.
    void Rest(TimeSpan at)
    {
        if (OperatingSystem.IsLinux()) _ = Libc.TrimHeap(0);
        guard.AddPlateau(Crowd, at);
    }

    /// <summary>A group asks for another number of users from now on.</summary>
    public void Follow(Roster roster, LoadPlan plan)
    {
        roster.Plan = plan;
        var schedule = new LoadSchedule([.. rosters.Select(static one => one.Plan)]);
        (planned, duration) = (schedule.MostUsers, schedule.Duration);
        guard.Follow(planned);
    }

    /// <summary>Admits who is due, lets go who is too many, or rests.</summary>
    /// <param name="at">Since the run started.</param>
    /// <param name="ramp">Since the ramp began.</param>
    /// <param name="load">Since the load's time 0; null before.</param>
    /// <returns>Whether a plateau was reached in this step.</returns>
    public bool Step(TimeSpan at, TimeSpan ramp, TimeSpan? load)
    {
        if (at - lookedAt < LookEvery) return false;
        (lookedAt, loadFor) = (at, load);
        pending.Look(at, restingSince is not null || Decision.Admission == Admission.Wait, loops.Started, Starting);
        Look();
        if (restingSince is { } since)
        {
            var isReady = pending.Of(Starting) == 0;
            if (!isReady && at - since < LongestRest) return false;
            restingSince = null;
            // Of those who stand for good in their start the others' rest is read; where there are no others, it
            // would say that nobody takes what they take.
            if (isReady && guard.MayCollect && (Starting == 0 || Crowd.Started > Plateaus[^1].Users))
            {
                Rest(at);
                return true;
            }

            guard.PassOver(Crowd);
            return false;
        }

        for (var index = 0; index < due.Length; index++) due[index] = rosters[index].DueAt(ramp, load);
        // One that nobody asked for by the count of users, but the governor.
        if (Decision.Admission == Admission.Measure && Next() >= 0)
        {
            restingSince = at;
            return false;
        }

        for (var index = 0; index < due.Length; index++)
        {
            var tooMany = rosters[index].Present - due[index];
            if (tooMany > 0) rosters[index].Release(tooMany);
        }

        while (Next() is >= 0 and var next && Decision.Admission == Admission.Admit
            && Starting < (guard.StartGate ?? int.MaxValue))
        {
            rosters[next].Admit(Admitted);
            if (IsPlateau(rosters[next]))
            {
                restingSince = at;
                return false;
            }

            // A reading takes nine system calls, some 40 us: of users that come by thousands, not each is worth one.
            if (Admitted - lookedWith > planned / LooksWhileLettingIn) Look();
            else guard.Reconsider(Present, pending.Of(Starting));
        }

        return false;
    }

    /// <summary>Reads memory, and lets the governor decide.</summary>
    public void Look()
    {
        lookedWith = Admitted;
        guard.Look(Crowd, loops.Run.OutOfMemoryAt);
        Pool?.Hold(guard.IsShort);
    }

    /// <summary>
    /// The highest reading since this was last asked for, and how many users ran then: what a second is told by, so
    /// that no peak falls between two of them.
    /// </summary>
    public MemoryMoment TakeHighest() => guard.TakeHighest(loops.Running);

    /// <summary>What will happen, why, and what to do, as it stands.</summary>
    public Verdict Verdict() => guard.Verdict(scenario.Scopes.Select(CostOf));

    /// <summary>Users whose start is under way.</summary>
    int Starting => Admitted - loops.Started;

    Crowd Crowd => new(Present, Sum(static roster => roster.IsOver ? 0 : roster.Settled), loops.Running,
        loops.Connections)
    {
        At = lookedAt,
        Remaining = duration - (loadFor ?? TimeSpan.Zero),
        IsSteady = IsComplete && IsSteady && Starting == 0,
        Starting = pending.Of(Starting),
    };

    /// <summary>
    /// Whether each group has as many users as it asks for; or, where it is over or to come, none. Held, as many as
    /// there are.
    /// </summary>
    bool IsSteady
    {
        get
        {
            if (Decision.Admission == Admission.Hold) return true;
            foreach (var roster in rosters)
            {
                if (roster.IsOver ? !roster.IsGone : roster.Present != (IsToCome(roster) ? 0 : roster.Plan.Users))
                {
                    return false;
                }
            }

            return true;
        }
    }

    bool IsToCome(Roster roster) => !roster.Plan.IsOpen && loadFor < roster.Plan.After;

    /// <summary>The group whose next user is due first by its share of all that are due; -1 where none is.</summary>
    int Next()
    {
        var next = -1;
        for (var index = 0; index < due.Length; index++)
        {
            if (rosters[index].Present >= due[index]) continue;
            if (next >= 0 && (rosters[index].Present + 1L) * due[next] >= (rosters[next].Present + 1L) * due[index])
            {
                continue;
            }

            next = index;
        }

        return next;
    }

    /// <summary>
    /// Whether memory is to be read now: by the users there are, and where several groups run, by those of the one that
    /// has just got a user too, which may be the first of its kind. Where users go and come again, what they need has
    /// been read already.
    /// </summary>
    bool IsPlateau(Roster latest)
    {
        var ofGroup = rosters.Length > 1 && latest.TakePlateau();
        if (Present <= restedAt || !Rests.IsAt(Present, planned)) return ofGroup;
        restedAt = Present;
        return true;
    }

    // Not Enumerable.Sum: it makes an enumerator, and the guard looks here when there may be no memory left to make
    // one.
    int Sum(Func<Roster, int> figure)
    {
        var sum = 0;
        foreach (var roster in rosters) sum += figure(roster);
        return sum;
    }

    ScopeCost CostOf(Scope scope)
    {
        var (allocated, entries) = loops.Charged(scope.Id);
        // A task is entered by a user many times; the users that run it are all of its class.
        var users = scope.Kind == ScopeKind.Task ? Math.Max(1, loops.Started - loops.Failed) : entries;
        return new ScopeCost(scope, allocated, users);
    }
}
