using System.Diagnostics;

namespace LeanLoad.Memory;

/// <summary>Who is there while memory is read.</summary>
/// <param name="Admitted">Users let in.</param>
/// <param name="Started">Users whose start is complete and did not fail.</param>
/// <param name="Running">Users that run.</param>
/// <param name="Connections">TCP connections that the agent holds.</param>
readonly record struct Crowd(int Admitted, int Started, int Running, int Connections)
{
    /// <summary>Since the run started.</summary>
    public TimeSpan At { get; init; }

    /// <summary>Until the run's end; null: nobody knows.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Whether everybody who was planned is there and has started, so that what grows now grows over time.
    /// </summary>
    public bool IsSteady { get; init; }

    /// <summary>Users whose start is under way and may yet take memory.</summary>
    public int Starting { get; init; }
}

/// <summary>
/// What stands between a run and the kernel: reads memory, projects it, lets the governor decide, and keeps the heap
/// and the engine's pages within what is left. For the control thread alone; a look allocates nothing.
/// </summary>
sealed class Guard
{
    readonly MemoryReader memory;
    readonly GcSettings collector;
    readonly Bytes? asked;
    readonly OverMemory policy;
    int planned;
    readonly LiveBudget live;
    readonly HeapLimit heap;
    readonly PageRoom pages;
    readonly CollectorLoad load = new();
    readonly GarbageBound garbage;
    readonly KeptMemory kept = new();
    readonly LeakWatch leak = new();
    readonly LeakAtRest leakAtRest;
    readonly List<Plateau> plateaus = [];
    Bytes mostPerUser;
    int letInAtRest;
    MemoryMoment highest;
    Stretch stretch;
    Situation latest;
    Situation heldBy;
    long? limitHits;
    string? hitsOf;
    MemoryReading bounding;
    LimitChange? untold;
    (string Code, string Text)? limitChange;

    /// <param name="memory">What memory is read with.</param>
    /// <param name="collector">How the collector is set.</param>
    /// <param name="budget">What the run may use, as it was when it started.</param>
    /// <param name="policy">What to do when it does not fit.</param>
    /// <param name="planned">Users that the run asks for.</param>
    /// <param name="pages">Where the engine takes pages from.</param>
    /// <param name="heap">What bounds the heap; null: this process's own.</param>
    public Guard(
        MemoryReader memory, GcSettings collector, Budget budget, OverMemory policy, int planned, PageRoom pages,
        HeapLimit? heap = null)
    {
        (this.memory, this.collector, this.policy, this.planned, this.pages) =
            (memory, collector, policy, planned, pages);
        (asked, live) = (budget.Asked, new LiveBudget(budget));
        this.heap = heap ?? new HeapLimit(collector);
        garbage = new GarbageBound(collector);
        leakAtRest = new LeakAtRest(ReadAtRest, static () => Stopwatch.GetElapsedTime(0));
    }

    /// <summary>
    /// What may be in use, as the limits are now and as others leave it; null where nothing is known. Of a run that was
    /// stopped, as it was then: what the decision was made by.
    /// </summary>
    public Bytes? Budget => live.Amount;

    /// <summary>The same with where it comes from, for people.</summary>
    public Budget Resolve() => Memory.Budget.Resolve(asked, bounding, memory.Ahead);

    /// <summary>Memory at rest: before the first user, and as the ramp went on.</summary>
    public IReadOnlyList<Plateau> Plateaus => plateaus;

    /// <summary>The latest projection; null as long as there is too little to project from.</summary>
    public Projection? Projection { get; private set; }

    /// <summary>Why there is no projection.</summary>
    public string Missing { get; private set; } = "no user has started";

    /// <summary>The governor's latest decision.</summary>
    public Decision Decision { get; private set; }

    /// <summary>The reading it was made from.</summary>
    public MemoryReading Reading { get; private set; }

    /// <summary>What of it is kept, garbage left out.</summary>
    public Kept Kept => kept.Now;

    /// <summary>The highest reading, and how many users ran then.</summary>
    public MemoryMoment Peak { get; private set; }

    /// <summary>Users that may start at the same time; null: any number.</summary>
    public int? StartGate { get; init; }

    /// <summary>
    /// That memory grows while users stay the same, and will not fit; for people, as first seen. Null while it never
    /// did.
    /// </summary>
    public string? Leaking { get; private set; }

    /// <summary>That users wait for starts under way; for people, as first seen. Null while they never did.</summary>
    public string? Crowding { get; private set; }

    /// <summary>That a rest came to nothing; for people, as first seen. Null while none did.</summary>
    public string? Unrested { get; private set; }

    /// <summary>
    /// An eighth of the budget is left, or less: a burst takes that between two looks. False where none is known.
    /// </summary>
    public bool IsShort => Budget is { } most && Reading.Unreclaimable.Count >= most.Count / 8 * 7;

    /// <summary>
    /// Whether a full collection may be asked for. Not while the heap might grow beyond the budget meanwhile: where a
    /// limit was lowered to little more than is in use, the kernel killed runs that read their memory at rest.
    /// </summary>
    public bool MayCollect { get; private set; } = true;

    /// <summary>Reads memory, and lets the governor decide.</summary>
    /// <param name="crowd">Who is there.</param>
    /// <param name="outOfMemoryAt">Where the collector refused memory; null where it never did.</param>
    public void Look(in Crowd crowd, string? outOfMemoryAt = null)
    {
        // Before the reading: what is written to from now on it may not have counted.
        var filled = pages.Filled;
        Reading = memory.Read(crowd.Connections);
        var moment = new MemoryMoment(Reading, memory.Detail, crowd.Running);
        if (Reading.Unreclaimable > Peak.Reading.Unreclaimable) Peak = moment;
        if (Reading.Unreclaimable > highest.Reading.Unreclaimable) highest = moment;
        stretch.Add(Reading, crowd);
        load.Look();
        kept.Look(Reading);
        if (crowd.IsSteady) leak.Look(crowd.At, crowd.Running, Kept);
        else leak.Reset();
        NoticeLimit(crowd.At);
        // Of other cgroups than before the count says nothing.
        var hits = Reading.LimitName == hitsOf ? Reading.LimitHits - limitHits : null;
        (limitHits, hitsOf) = (Reading.LimitHits, Reading.LimitName);
        var now = new Situation
        {
            Reading = Reading,
            Projection = Projection,
            Budget = asked,
            OwnPages = memory.OwnPages,
            Planned = planned,
            Admitted = crowd.Admitted,
            AtRest = letInAtRest,
            MostPerUser = mostPerUser,
            NewLimitHits = hits ?? 0,
            OutOfMemoryAt = outOfMemoryAt,
            Leak = leak.Leak,
            Remaining = crowd.Remaining,
            Starting = crowd.Starting,
            CollectorShare = load.IsThrashing && IsHeapFull ? load.Share : 0,
            Policy = policy,
        };
        // The heap first: of a limit that was lowered it knows nothing yet, and users go on allocating.
        Bound(now, filled);
        if (policy != OverMemory.Ignore && MayCollect) garbage.Look(Reading);
        if (policy != OverMemory.Ignore && Decision.Admission != Admission.Stop)
        {
            now = leakAtRest.Look(now, crowd, MayCollect);
            Reading = now.Reading;
        }

        Decide(now);
        if (now.Leak is not null) Leaking ??= Governor.Foretell(now);
        TellLimit();
    }

    /// <summary>
    /// Lets the governor decide about one more user without reading anew: a reading takes some 40 us.
    /// </summary>
    /// <param name="admitted">Users let in meanwhile.</param>
    /// <param name="starting">Users whose start is under way.</param>
    public void Reconsider(int admitted, int starting) =>
        Decide(latest with { Admitted = admitted, Starting = starting, NewLimitHits = 0 });

    void Decide(in Situation now)
    {
        latest = now;
        // What stopped the run stays its reason, also when those who took the memory are gone.
        if (Decision.Admission == Admission.Stop) return;
        // Held for minutes, perhaps: to say why anew at each look would be garbage a hundred times a second.
        if (Decision.Admission == Admission.Hold && Governor.IsStillHeld(heldBy, now))
        {
            if (Governor.Danger(now) is { } danger) Decision = danger;
            return;
        }

        Decision = Governor.Decide(now);
        heldBy = now;
        if (Decision.Admission == Admission.Wait) Crowding ??= Governor.TellCrowding(now);
    }

    /// <summary>Collects, reads memory at rest, and projects anew.</summary>
    public void AddPlateau(in Crowd crowd, TimeSpan at)
    {
        Look(crowd);
        var paused = load.Paused;
        var plateau = memory.ReadAtRest(crowd.Started, at, crowd.Connections);
        load.Except(load.Paused - paused);
        heap.Rest(plateau.Reading);
        if (plateaus.Count > 0) plateau = stretch.AddTo(plateau, plateaus[^1]);
        stretch = new Stretch(plateau.Reading);
        if (plateaus.Count > 0 && plateau.Users > plateaus[^1].Users)
        {
            var added = (plateau.Reading.Unreclaimable - plateaus[^1]
                .Reading.Unreclaimable) * (1.0 / (plateau.Users - plateaus[^1].Users));
            if (added > mostPerUser) mostPerUser = added;
        }

        plateaus.Add(plateau);
        // Those whose start failed are in no plateau, and would ask for another at once, for ever.
        letInAtRest = crowd.Admitted;
        Project();
        Look(crowd);
    }

    /// <summary>
    /// A rest came to nothing, as starts did not end, or no collection may be asked for. What is in use then counts in
    /// its place, until there is a projection: garbage and all, it says the most that a user has taken.
    /// </summary>
    public void PassOver(in Crowd crowd)
    {
        Look(crowd);
        var last = plateaus[^1];
        if (crowd.Admitted > last.Users)
        {
            var added = (Reading.Unreclaimable - last.Reading.Unreclaimable) * (1.0 / (crowd.Admitted - last.Users));
            if (added > mostPerUser) mostPerUser = added;
        }

        letInAtRest = crowd.Admitted;
        var why = MayCollect ? "Users have been starting for more than 10 s"
            : $"The managed heap has more than a budget of {Budget} leaves to it";
        Unrested ??= $"{why}: memory could not be read at rest with {Counted.Of(crowd.Admitted, "user")}, so how "
            + "many fit is known less well.";
    }

    /// <summary>From now on so many users are asked for.</summary>
    public void Follow(int users)
    {
        planned = users;
        Project();
    }

    void Project()
    {
        if (Projection.TryFrom(
            plateaus, Math.Max(planned, 1), collector, out var projection, out var missing, StartGate,
            policy == OverMemory.Ignore ? null : Budget))
        {
            Projection = projection;
        }
        else Missing = missing;
    }

    /// <summary>
    /// The highest reading since this was last asked for, and how many users ran then: what a second is told by, so
    /// that no peak falls between two of them.
    /// </summary>
    /// <param name="running">How many run now.</param>
    public MemoryMoment TakeHighest(int running)
    {
        var taken = highest;
        highest = new MemoryMoment(Reading, memory.Detail, running);
        return taken;
    }

    /// <summary>What will happen, why, and what to do, as it stands.</summary>
    public Verdict Verdict(IEnumerable<ScopeCost> costs) =>
        Projection is null ? Memory.Verdict.NotKnown(Missing) : Memory.Verdict.Of(Projection, Budget, costs);

    /// <summary>The run ends: the heap may use the reserve that was kept for its results.</summary>
    public void OpenReserve()
    {
        if (Budget is { } budget) heap.Open(Governor.Reserve(budget));
    }

    /// <summary>Takes the warning of a limit or budget that changed since; null where none did.</summary>
    public (string Code, string Text)? TakeLimitChange()
    {
        var change = limitChange;
        limitChange = null;
        return change;
    }

    /// <summary>What was seen between two plateaus.</summary>
    /// <remarks>
    /// It counts no starts of its own: those it is told of (<see cref="Crowd.Starting"/>) are the population's, less
    /// those that have stood too long. What is kept here is how many they were at most, which only a stretch can say.
    /// </remarks>
    /// <param name="rest">The reading at rest that it begins with.</param>
    struct Stretch(MemoryReading rest)
    {
        Bytes highest;
        Bytes surviving;
        int startedThen;
        int starting;
        Bytes besideHeap;

        public void Add(in MemoryReading reading, in Crowd crowd)
        {
            if (crowd.Starting > starting) starting = crowd.Starting;
            if (crowd.Starting > 0 && reading.BesideHeap > besideHeap)
            {
                besideHeap = reading.BesideHeap;
            }

            if (reading.Unreclaimable > highest) highest = reading.Unreclaimable;
            // What was left by the collection of the rest itself tells nothing about work.
            if (reading.Surviving == rest.Surviving || reading.Surviving <= surviving) return;
            (surviving, startedThen) = (reading.Surviving, crowd.Started);
        }

        public readonly Plateau AddTo(in Plateau plateau, in Plateau before)
        {
            var excess = highest - plateau.Reading.Unreclaimable;
            var starts = StartsUnderWay.Of(starting, besideHeap, plateau.Reading.BesideHeap);
            if (surviving == Bytes.Zero) return plateau with { Excess = Positive(excess), Starts = starts };
            var share = plateau.Users == before.Users ? 1
                : (startedThen - before.Users) / (double)(plateau.Users - before.Users);
            var kept = before.Reading.Live + (plateau.Reading.Live - before.Reading.Live) * share;
            return plateau with
            {
                Excess = Positive(excess),
                Transient = Positive(surviving - kept),
                Starts = starts,
            };
        }

        static Bytes Positive(Bytes amount) => amount > Bytes.Zero ? amount : Bytes.Zero;
    }

    bool IsHeapFull => heap.Limit is { } most && Reading.Committed > most * 0.9;

    // Where nothing is guarded, or no budget known, heap and pages may grow.
    void Bound(in Situation now, Bytes filled)
    {
        if (policy == OverMemory.Ignore) return;
        if (Governor.Room(now) is not { } room)
        {
            heap.Lift();
            pages.Lift();
            MayCollect = true;
            return;
        }

        var budget = now.Reading.Unreclaimable + room;
        var reserve = Governor.Reserve(budget);
        heap.Follow(now.Reading, budget, reserve + HeapLimit.BesideLarge(now.Reading));
        MayCollect = heap.IsWithin(budget);
        pages.Set(room - reserve, filled);
    }

    (MemoryReading Reading, TimeSpan Paused) ReadAtRest(Crowd crowd)
    {
        var paused = load.Paused;
        var rest = memory.ReadAtRest(crowd.Running, crowd.At, crowd.Connections).Reading;
        paused = load.Paused - paused;
        load.Except(paused);
        return (rest, paused);
    }

    void NoticeLimit(TimeSpan at)
    {
        if (Decision.Admission == Admission.Stop) return;
        bounding = Reading;
        if (live.Look(Reading, at) is not { } change) return;
        untold = change;
        leakAtRest.Forget();
    }

    // Once the heap has been told: to plan anew takes time that a heap of a limit that was lowered must not have.
    void TellLimit()
    {
        if (untold is not { } change) return;
        untold = null;
        if (plateaus.Count > 0) Project();
        var text = change.Tell(heap.Limit);
        limitChange = (change.Code(text), text);
    }
}
