using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Profiler.Attribution;

/// <summary>
/// What an agent has told so far, record by record. The session's thread writes, the terminal and the report read:
/// every member takes the lock. Bounded: names and scopes are the agent's, and the timeline halves itself when it is
/// full.
/// </summary>
sealed class RunView
{
    readonly Lock gate = new();
    readonly Dictionary<int, Scope> scopes = [];
    readonly Dictionary<int, string> names = [];
    readonly SortedDictionary<int, RequestStats> requests = [];
    readonly SortedDictionary<int, IterationStats> iterations = [];
    readonly ConnectionStats connections = new();
    readonly Dictionary<(int Loop, int Scope), ScopeCharged> charged = [];
    readonly List<PhaseChanged> phases = [];
    readonly List<Plateau> plateaus = [];
    readonly List<Projected> projections = [];
    readonly List<Warning> warnings = [];
    readonly List<WindowOpened> windows = [];
    readonly List<WindowSummed> summed = [];
    readonly List<ThresholdJudged> thresholds = [];
    readonly List<string> explanation = [];
    readonly SortedDictionary<int, ScenarioDefined> scenarios = [];
    readonly Dictionary<int, ScenarioKept> scenarioBooks = [];
    readonly Dictionary<int, int> scenarioPeaks = [];
    readonly Timeline timeline = new();
    readonly GrowthWatch growth = new();
    MemoryDetail detail;
    Kept? kept;

    /// <summary>The first record; null until it came.</summary>
    public RunStarted? Started { get; private set; }

    /// <summary>What the agent may use, as the limits are now; as it began, where none has changed.</summary>
    public BudgetChanged Budget { get; private set; }

    /// <summary>The last one; null while the agent runs, or where it was killed.</summary>
    public RunEnded? Ended { get; private set; }

    /// <summary>The latest second; null before the first.</summary>
    public Tick? Latest { get; private set; }

    /// <summary>Records that this version does not know, or could not read.</summary>
    public long Unread { get; private set; }

    /// <summary>Takes one record as its bytes.</summary>
    public void Accept(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (RecordReader.TryRead(bytes, out var record)) Accept(record);
            else Unread++;
        }
    }

    /// <summary>Reads a consistent view: no record comes in between.</summary>
    public T Read<T>(Func<RunView, T> read)
    {
        lock (gate) return read(this);
    }

    public RunPhase Phase => phases.Count > 0 ? phases[^1].Phase : RunPhase.Starting;

    public IReadOnlyList<PhaseChanged> Phases => phases;

    public IReadOnlyList<Plateau> Plateaus => plateaus;

    public IReadOnlyList<Projected> Projections => projections;

    public IReadOnlyList<Warning> Warnings => warnings;

    /// <summary>The windows of the run so far; of more than an agent keeps apart, the last.</summary>
    public IReadOnlyList<WindowOpened> Windows => windows;

    /// <summary>The windows with their sums, told at the end.</summary>
    public IReadOnlyList<WindowSummed> WindowSums => summed;

    public IReadOnlyList<ThresholdJudged> Thresholds => thresholds;

    public IReadOnlyList<string> Explanation => explanation;

    /// <summary>What became of the planned iterations so far; null where an older agent does not say.</summary>
    public Books? Books { get; private set; }

    /// <summary>The scenarios that run side by side; empty where there is one alone.</summary>
    public IEnumerable<ScenarioDefined> Scenarios => scenarios.Values;

    /// <summary>How far a scenario is.</summary>
    public ScenarioKept KeptOf(int scenario) => scenarioBooks.GetValueOrDefault(scenario);

    /// <summary>The most users that a scenario had at a time; null where an older agent does not say.</summary>
    public int? MostUsersOf(int scenario) => scenarioPeaks.TryGetValue(scenario, out var most) ? most : null;

    /// <summary>How well the generator kept up; null before the end.</summary>
    public GeneratorSummed? Generator { get; private set; }

    public IReadOnlyList<Tick> Ticks => timeline.Points;

    /// <summary>What grew while the users stayed the same; null where nothing did, or too little is known.</summary>
    public Growth? Growth => growth.Found;

    /// <summary>How long that was looked for in one piece; zero where an older agent does not say what is kept.
    /// </summary>
    public TimeSpan WatchedForGrowth => growth.Longest;

    public IReadOnlyDictionary<int, RequestStats> Requests => requests;

    public ConnectionStats Connections => connections;

    public IReadOnlyDictionary<int, IterationStats> Iterations => iterations;

    public IEnumerable<Scope> Scopes => scopes.Values;

    public string NameOf(int request) => names.GetValueOrDefault(request, $"request {request}");

    public string NameOfScope(int scope) => scopes.TryGetValue(scope, out var known) ? known.Name : $"scope {scope}";

    /// <summary>What a scope was charged over all loops.</summary>
    public (Bytes Allocated, long Entries) ChargedTo(int scope)
    {
        var (allocated, entries) = (Bytes.Zero, 0L);
        foreach (var (key, one) in charged)
        {
            if (key.Scope != scope) continue;
            allocated += one.Allocated;
            entries += one.Entries;
        }

        return (allocated, entries);
    }

    void Accept(IRecord record)
    {
        switch (record)
        {
            case RunStarted started: (Started, Budget) = (started, BudgetChanged.AtStart(started)); break;
            case BudgetChanged changed: Budget = changed; break;
            case RunEnded ended: Ended = ended; break;
            case ScopeDefined(var scope): scopes[scope.Id] = scope; break;
            case RequestDefined(var id, var name): names[id] = name; break;
            case PhaseChanged phase: phases.Add(phase); break;
            case PlateauReached(var plateau): plateaus.Add(plateau); break;
            case Projected projected: projections.Add(projected); break;
            // The agent tells one again where it was refused memory while telling it.
            case Warning warning:
                if (!warnings.Exists(told => told.Code == warning.Code)) warnings.Add(warning);
                break;
            case ScopeCharged charge: charged[(charge.Loop, charge.Scope)] = charge; break;
            case RequestDelta delta: delta.AddTo(Row(requests, delta.Name)); break;
            case ConnectionDelta delta: delta.AddTo(connections); break;
            case FailureSeen failure: Add(failure); break;
            case IterationDelta delta:
                Row(iterations, delta.Scope).Add(delta.Iterations, delta.Failures, delta.Time);
                break;
            case FailureSpan(var name, var kind, var first, var last):
                Row(requests, name).AddSpan(kind, first, last);
                break;
            case BooksKept(_, var books): Books = books; break;
            case ScenarioDefined scenario: scenarios[scenario.Index] = scenario; break;
            case ScenarioKept kept: scenarioBooks[kept.Index] = kept; break;
            case ScenarioPeak(var index, var most): scenarioPeaks[index] = most; break;
            case WindowOpened window: Open(window); break;
            case WindowSummed window: summed.Add(window); break;
            case GeneratorSummed generator: Generator = generator; break;
            case ThresholdJudged threshold: thresholds.Add(threshold); break;
            case Explained(var sentence): explanation.Add(sentence); break;
            case MemoryDetailed(var told): detail = told; break;
            case MemoryKept(var told): kept = told; break;
            case Tick tick: Add(tick with { Detail = detail, Kept = kept }); break;
            default: Unread++; break;
        }
    }

    void Add(in Tick tick)
    {
        Latest = tick;
        timeline.Add(tick);
        growth.Add(tick, charged.Values);
        (detail, kept) = (default, null);
    }

    void Open(in WindowOpened window)
    {
        // A new epoch: what was told before adds up to one that is over.
        if (windows.Count > 0 && window.Epoch != windows[^1].Epoch)
        {
            requests.Clear();
            iterations.Clear();
        }

        if (windows.Count == WindowTable.Capacity) windows.RemoveAt(0);
        windows.Add(window);
    }

    void Add(in FailureSeen failure)
    {
        var row = Row(requests, failure.Name);
        row.AddFailures(failure.Failure, failure.Count);
        if (failure.Example is { } example) row.AddExample(failure.Failure, example);
    }

    static T Row<T>(SortedDictionary<int, T> rows, int id) where T : new()
    {
        if (!rows.TryGetValue(id, out var row)) rows.Add(id, row = new T());
        return row;
    }
}
