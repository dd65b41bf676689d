using System.Diagnostics;
using LeanLoad.Diagnostics;
using LeanLoad.Load;
using LeanLoad.Memory;
using LeanLoad.Stats;
using LeanLoad.Users;
using Serilog;

namespace LeanLoad.Report;

/// <summary>
/// Tells the record stream what happens: definitions once, phases and warnings as they come, and each second what the
/// loops counted. The loops write their own deltas, between two of their steps; only the control thread calls this.
/// </summary>
/// <param name="loops">Whose deltas are told.</param>
/// <param name="scenario">What runs.</param>
/// <param name="records">Where to.</param>
/// <param name="log">Where warnings are told too.</param>
/// <param name="origin">The run's time 0, as a timestamp.</param>
sealed class RunRecorder(LoopSet loops, ScenarioPlan scenario, RecordStream records, ILogger log, long origin)
{
    /// <summary>A loop that does not answer within this is blocked by some code.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>A reset is answered when it is done.</summary>
    static readonly TimeSpan ResetPatience = TimeSpan.FromSeconds(2);

    readonly List<PhaseChanged> phases = [];
    readonly List<Warning> warnings = [];
    int recorded;
    int logged;
    readonly long[] charged = new long[loops.All.Count * scenario.Scopes.Count];
    readonly RequestStats second = new();
    TimeSpan secondBegan;
    int toldSessions;

    /// <summary>Since the run started.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(origin);

    public IReadOnlyList<Warning> Warnings => warnings;

    public IReadOnlyList<PhaseChanged> Phases => phases;

    public WindowLog Windows { get; } = new(scenario.Groups.Count);

    /// <summary>Throughput by the number of users.</summary>
    public LoadLevels Levels { get; } = new();

    /// <summary>Told of each second, where somebody wants to know.</summary>
    public Action<RunSecond>? OnSecond { get; set; }

    /// <summary>How much the agent itself does for its load.</summary>
    public GeneratorWatch Generator { get; } = new();

    /// <summary>Closes the open window and opens the next.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="isReset">Whether a new epoch begins: every table but that of the windows is emptied.</param>
    /// <returns>Whether every loop has done so; one that is blocked does it when it goes on.</returns>
    public bool OpenWindow(WindowKind kind, bool isReset)
    {
        var at = Elapsed;
        Windows.CountUsers(loops, at);
        var isFirst = Windows.Marks.Count == 0;
        var mark = Windows.Open(kind, isReset, at);
        var isDone = loops.Ask(
            loop =>
            {
                try
                {
                    TickLoop(loop, at, false);
                }
                finally
                {
                    // The first window is open in every loop from the beginning.
                    if (!isFirst) LoopSet.OpenWindow(loop, isReset);
                    if (isFirst || isReset) loop.BeginMeasuring();
                }
            },
            ResetPatience);
        if (isFirst || isReset) Generator.Begin(at);
        if (isReset)
        {
            // A second is of one epoch, and so are the levels.
            TellSecond(at);
            Levels.Clear();
        }

        records.Write(new WindowOpened(at, mark.Number, mark.Epoch, kind));
        return isDone;
    }

    /// <summary>The scenarios that run side by side; empty where there is one alone.</summary>
    public IReadOnlyList<ScenarioDefined> Scenarios { get; private set; } = [];

    public void Define(RunStarted started, LoadSchedule schedule)
    {
        records.Write(started);
        foreach (var scope in scenario.Scopes) records.Write(new ScopeDefined(scope));
        if (scenario.Groups.Count == 1) return;
        Scenarios = [.. scenario.Groups.Select(group => Define(group, schedule.Plans[group.Index]))];
        foreach (var defined in Scenarios) records.Write(defined);
    }

    static ScenarioDefined Define(UserGroup group, LoadPlan plan) => new(
        group.Index, group.Name, plan.IsOpen, plan.Users, plan.After, plan.Duration,
        [.. group.Users.SelectMany(static user => user.Tasks).Select(static task => task.Scope)]);

    public void Enter(RunPhase phase)
    {
        var change = new PhaseChanged(Elapsed, phase);
        phases.Add(change);
        records.Write(change);
    }

    /// <summary>Warns, once for each code.</summary>
    public void Warn(string code, string text)
    {
        // They are few. No set beside the list: memory could be refused to one when the other has it already.
        var isKnown = false;
        foreach (var told in warnings) isKnown |= told.Code == code;
        if (!isKnown) warnings.Add(new Warning(Elapsed, code, text));
        TellWarnings();
    }

    // Refused memory on the way, it goes on from there the next time.
    void TellWarnings()
    {
        for (; recorded < warnings.Count; recorded++) records.Write(warnings[recorded]);
        for (; logged < warnings.Count; logged++) log.Warning("{Warning:l}", warnings[logged].Text);
    }

    /// <summary>Warns of a leak, of starts that crowd each other out, and of starts that do not end.</summary>
    public void WarnOf(Guard guard)
    {
        if (guard.Leaking is { } growing) Warn("leak", growing);
        if (guard.Crowding is { } crowding) Warn("starts", crowding);
        if (guard.Unrested is { } unrested) Warn("rest", unrested);
    }

    /// <summary>Warns of a journal that cannot be written any more: the report says so too, but only at the end.
    /// </summary>
    public void WarnOfLoss()
    {
        if (records.JournalProblem is { } lost) Warn("journal", lost);
    }

    /// <summary>Warns of sources of readings that are missing, or hold what cannot be understood.</summary>
    public void WarnOf(MemoryReader memory)
    {
        while (memory.TakeProblem() is { } problem) Warn(problem, problem);
    }

    public void Reached(Population population)
    {
        records.Write(new PlateauReached(population.Plateaus[^1]));
        Planned(population);
    }

    /// <summary>What may be used since that changed; null where it did not.</summary>
    public BudgetChanged? Budget { get; private set; }

    /// <summary>A limit changed, or what others leave of it.</summary>
    public void Follow(Budget now)
    {
        var change = new BudgetChanged(Elapsed, now.Amount, now.Source, now.Limit);
        Budget = change;
        records.Write(change);
    }

    /// <summary>What the run will need, as it is known now, and how many users fit into what there is now.</summary>
    public void Planned(Population population)
    {
        if (population.Projection is not { } projection) return;
        var verdict = population.Verdict();
        records.Write(new Projected(
            Elapsed, projection.Planned, projection.Expected, projection.Lower, projection.Upper,
            verdict.UsersThatFit));
        // Foretold, but not so surely that the run is stopped for it; where it is, that is its verdict.
        if (population.Guard.Budget is not { } budget || population.Decision.Admission == Admission.Stop) return;
        if (projection.IsWarningOf(budget)) Warn("projection", verdict.ToString());
        else if (projection.TellEarly(budget) is { } early) Warn("early", early);
    }

    /// <summary>What happened since the last tick.</summary>
    /// <param name="population">How far the ramp is.</param>
    public void Tick(Population population)
    {
        TellWarnings();
        var at = Elapsed;
        var isNewSession = records.Sessions != toldSessions;
        toldSessions = records.Sessions;
        if (!loops.Ask(loop => TickLoop(loop, at, isNewSession), Patience)) WarnOfBlockedLoops();
        WarnOfRefusedNames();
        var offLoop = population.Reading.Allocated - loops.All.Aggregate(Bytes.Zero,
            static (sum, loop) => sum + loop.Loop.ThreadAllocated);
        records.Write(new ScopeCharged(at, ScopeCharged.OffLoop, Scope.OffLoop, offLoop, 0));
        records.Write(new MemoryKept(population.Guard.Kept));
        WriteTick(at, population.Planned, population.Admitted, population.TakeHighest());
        records.Write(new BooksKept(at, loops.Books));
        for (var index = 0; index < Scenarios.Count; index++)
        {
            records.Write(new ScenarioKept(index, loops.RunningOf(index), new BooksKept(at, loops.BooksOf(index)),
                loops.Run.Groups[index].EndedAt));
            records.Write(new ScenarioPeak(index, loops.Run.Groups[index].MostRunning));
        }

        Levels.Look(loops, population.Planned, at);
        TellSecond(at);
        WarnOfLoss();
    }

    /// <summary>What a second of the bootstraps took; nobody is there yet.</summary>
    /// <param name="highest">Memory at its highest moment.</param>
    /// <param name="planned">Users planned.</param>
    public void Bootstrapping(in MemoryMoment highest, int planned) =>
        WriteTick(Elapsed, planned, admitted: 0, highest);

    void WriteTick(TimeSpan at, int planned, int admitted, in MemoryMoment highest)
    {
        records.Write(new MemoryDetailed(highest.Detail));
        records.Write(new Tick
        {
            At = at,
            UsersPlanned = planned,
            UsersAdmitted = admitted,
            UsersRunning = loops.Running,
            UsersStopped = loops.Stopped,
            UsersFailed = loops.Failed,
            Iterations = loops.Iterations,
            Requests = loops.Requests,
            Failures = loops.Failures,
            InFlight = loops.InFlight,
            Memory = highest.Reading,
            UsersAtHighest = highest.Users,
        });
    }

    /// <summary>What closes a run's statistics.</summary>
    public void Close(RunResult result)
    {
        foreach (var window in result.Windows) records.Write(window.Summed);
        if (result.Generator is { } generator) records.Write(generator);
        foreach (var threshold in result.Thresholds) records.Write(threshold);
        foreach (var sentence in result.Explanation) records.Write(new Explained(sentence));
    }

    /// <summary>What loops counted since their last tick; they have ended.</summary>
    public void Fold()
    {
        var at = Elapsed;
        Windows.Close(at);
        Generator.End(at);
        foreach (var loop in loops.All) Tell(loop, at, isNewSession: false);
        if (second.Requests > 0) TellSecond(at);
    }

    void TellSecond(TimeSpan at)
    {
        if (OnSecond is null) return;
        lock (second)
        {
            OnSecond(new RunSecond(secondBegan, at, Windows.Epoch, loops.Running, loops.InFlight, loops.Books, second));
            // Its memory stays, examples and all: a loop may have made sure of it for what it is about to add.
            second.Reset();
        }

        secondBegan = at;
    }

    void TickLoop(LoopUsers loop, TimeSpan at, bool isNewSession)
    {
        loop.Loop.Ledger.IsWatched = LeanLoadEventSource.Log.IsEnabled();
        loop.Loop.ReadThreadAllocated();
        Tell(loop, at, isNewSession);
    }

    void Tell(LoopUsers loop, TimeSpan at, bool isNewSession)
    {
        loop.Http.Requests.Tick(at, records, OnSecond is null ? null : second);
        loop.Http.Connecting.Tick(at, records);
        loop.Iterations.Tick(at, records);
        for (var scope = 0; scope < scenario.Scopes.Count; scope++)
        {
            var allocated = loop.Loop.Ledger.Allocated(scope);
            ref var told = ref charged[loop.Loop.Index * scenario.Scopes.Count + scope];
            if (allocated.Count == told && !isNewSession) continue;
            told = allocated.Count;
            records.Write(new ScopeCharged(at, loop.Loop.Index, scope, allocated, loop.Loop.Ledger.Entered(scope)));
        }
    }

    void WarnOfRefusedNames()
    {
        if (loops.Names.FirstRefused is { } refused)
        {
            Warn("names",
                $"There are more than {loops.Names.Capacity} request names; \"{refused}\" and every later one count "
                + $"as {RequestNames.OtherName}. "
                + "Use an interpolated URL, so that its template is the name.");
        }
    }

    void WarnOfBlockedLoops()
    {
        foreach (var loop in loops.All)
        {
            if (loop.Loop.TurnAge < Patience) continue;
            var scope = scenario.Scopes[loop.Loop.Ledger.Current];
            Warn($"blocked {scope.Id}",
                $"{scope.Name} has blocked loop {loop.Loop.Index} for {loop.Loop.TurnAge.TotalMilliseconds:0} ms; "
                + "all users on it wait. "
                + "Await instead of blocking, or share the work as a [Bootstrap].");
        }
    }
}
