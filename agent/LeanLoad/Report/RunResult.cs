using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Report;

/// <summary>
/// A finished run with every figure that a report shows, computed once: <see cref="TerminalSummary"/> and <see
/// cref="JsonSummary"/> only render, so they cannot disagree. Null is "unknown", never 0.
/// </summary>
sealed record RunResult
{
    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>The agent's version.</summary>
    public required string AgentVersion { get; init; }

    /// <summary>The wall clock's time 0.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>From the start to the end, everything in it.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>How long users made requests, ramp included, of the last epoch: what throughput refers to.</summary>
    public required TimeSpan LoadTime { get; init; }

    /// <summary>The phases the run went through, in order.</summary>
    public required IReadOnlyList<PhaseRow> Phases { get; init; }

    /// <summary>How many users there were.</summary>
    public required UserCounts Users { get; init; }

    /// <summary>What happened to the requests.</summary>
    public required RequestSummary Requests { get; init; }

    /// <summary>How they got their connections; null where there was none.</summary>
    public ConnectionSummary? Connections { get; init; }

    /// <summary>What happened to the iterations, task by task.</summary>
    public required IReadOnlyList<IterationRow> Iterations { get; init; }

    /// <summary>
    /// What became of the planned iterations, over the whole run; null where an older agent does not say.
    /// </summary>
    public Books? Books { get; init; }

    /// <summary>The scenarios that ran side by side; empty where there was one alone.</summary>
    public IReadOnlyList<ScenarioRow> Scenarios { get; init; } = [];

    /// <summary>The windows of the run, in order, those of earlier epochs among them.</summary>
    public IReadOnlyList<WindowRow> Windows { get; init; } = [];

    /// <summary>How well the generator itself kept up; null where there was no load.</summary>
    public GeneratorSummed? Generator { get; init; }

    /// <summary>The thresholds that were set, in order.</summary>
    public IReadOnlyList<ThresholdJudged> Thresholds { get; init; } = [];

    /// <summary>Why the figures are as they are, sentence by sentence.</summary>
    public IReadOnlyList<string> Explanation { get; init; } = [];

    /// <summary>What it cost.</summary>
    public required MemoryResult Memory { get; init; }

    /// <summary>Who allocated, largest first.</summary>
    public required IReadOnlyList<LedgerRow> Ledger { get; init; }

    /// <summary>What a person should know before believing the figures.</summary>
    public required IReadOnlyList<Warning> Warnings { get; init; }

    /// <summary>The effective options, secrets left out.</summary>
    public required IReadOnlyList<EffectiveOption> Options { get; init; }

    /// <summary>The verdict in two or three words: <c>passed</c>, <c>would exceed memory</c>.</summary>
    public required string Headline { get; init; }

    /// <summary>The verdict in sentences: what, why, what to do.</summary>
    public required string Verdict { get; init; }

    /// <summary>What the agent exits with.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The verdict as one.</summary>
    public Outcome Outcome => new(ExitCode, Headline, Verdict);

    /// <summary>The same run with another verdict.</summary>
    public RunResult With(Outcome outcome) => this with
    {
        ExitCode = outcome.ExitCode,
        Headline = outcome.Headline,
        Verdict = outcome.Verdict,
    };
}

/// <summary>One phase of a run.</summary>
/// <param name="Phase">Which.</param>
/// <param name="At">When it began, since the run started.</param>
/// <param name="Duration">How long it lasted.</param>
readonly record struct PhaseRow(RunPhase Phase, TimeSpan At, TimeSpan Duration);

/// <summary>How many users there were.</summary>
/// <param name="Planned">Asked for.</param>
/// <param name="Started">Admitted whose start succeeded.</param>
/// <param name="Failed">Admitted whose start failed.</param>
readonly record struct UserCounts(int Planned, int Started, int Failed)
{
    /// <summary>
    /// Users that a run asks for in all: of scenarios side by side those of each, who need not be there at once.
    /// </summary>
    public static int PlannedBy(RunStarted started, IEnumerable<ScenarioDefined> scenarios) =>
        scenarios.Select(static scenario => scenario.Users).DefaultIfEmpty(started.PlannedUsers).Sum();
}

/// <summary>A line of the ledger.</summary>
/// <param name="Scope">Who.</param>
/// <param name="Allocated">Allocated, in total: flow, most of it garbage by now.</param>
/// <param name="Entries">How many times the scope was entered: users for a start, iterations for a task.</param>
readonly record struct LedgerRow(Scope Scope, Bytes Allocated, long Entries)
{
    /// <summary>
    /// Allocated in each entry, on average; null where entries mean nothing to a person or there was none.
    /// </summary>
    public Bytes? PerEntry => EntryWord is null || Entries == 0 ? null : new Bytes(Allocated.Count / Entries);

    /// <summary>What an entry is; null for the agent's own scopes.</summary>
    public string? EntryWord => Scope.Kind switch
    {
        ScopeKind.Bootstrap => "run",
        ScopeKind.UserStart or ScopeKind.UserStop => "user",
        ScopeKind.Task => "iteration",
        _ => null,
    };
}

/// <summary>What the run's memory was, and what it was allowed to be.</summary>
/// <param name="Budget">What the agent may use; null where nothing says.</param>
/// <param name="BudgetSource">Where the budget comes from, for people.</param>
/// <param name="Limit">The tightest limit of all enclosing memory cgroups; null where there is none.</param>
/// <param name="PeakUnreclaimable">The largest reading.</param>
/// <param name="IsEstimate">Whether that reading was summed from the process's figures, not read from its
/// cgroup.</param>
/// <param name="UsersAtPeak">Users that were running then.</param>
/// <param name="Plateaus">The rests of the ramp.</param>
/// <param name="Projection">The last projection; null where there was too little to project from.</param>
sealed record MemoryResult(
    Bytes? Budget, string BudgetSource, Bytes? Limit, Bytes PeakUnreclaimable, bool IsEstimate, int UsersAtPeak,
    IReadOnlyList<Plateau> Plateaus, Projected? Projection)
{
    /// <summary>The projection as a sum, a line for each owner; empty where there is none.</summary>
    public IReadOnlyList<MemoryLine> Lines { get; init; } = [];

    /// <summary>The largest reading as a whole; null where there was none.</summary>
    public MemoryMoment? AtPeak { get; init; }

    /// <summary>The largest reading while bootstraps ran; null where none did.</summary>
    public MemoryMoment? Bootstrapping { get; init; }

    /// <summary>The model held against what was measured; null where there is too little for it.</summary>
    public MemoryBooks? Books => MemoryBooks.Of(Plateaus);
}
