using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Stats;
using LeanLoad.Users;

namespace LeanLoad.Report;

/// <summary>
/// Gathers a finished run into its <see cref="RunResult"/>. The loops have ended: nothing moves any more.
/// </summary>
static class ResultBuilder
{
    public static RunResult Build(RunStarted started, RunRecorder recorder, LoopSet loops, ScenarioPlan scenario,
        Population? population, Outcome outcome, MemoryMoment? bootstrapping = null)
    {
        var phases = PhaseRows(recorder);
        var loadTime = LoadTimeOf(recorder.Windows);
        return new RunResult
        {
            Scenario = started.Scenario,
            AgentVersion = started.AgentVersion,
            StartedAt = started.StartedAt,
            Elapsed = recorder.Elapsed,
            LoadTime = loadTime,
            Phases = phases,
            Users = new UserCounts(UserCounts.PlannedBy(started, recorder.Scenarios), loops.Started - loops.Failed,
                loops.Failed),
            Requests = RequestSummary.Of(RequestsOf(loops), id => loops.Names[id], loadTime),
            Connections = ConnectionSummary.Of(loops.Connecting()),
            Iterations = [.. TasksOf(loops, scenario).Where(static task => task.Stats.Iterations > 0)
                .Select(static task => IterationRow.Of(task.Name, task.Stats))],
            Books = population is null ? null : loops.Books,
            Scenarios = [.. ScenarioRows(loops, recorder, loadTime)],
            Windows = WindowsOf(loops, recorder.Windows),
            Generator = recorder.Generator.Sum(loops),
            Memory = MemoryOf(recorder.Budget ?? BudgetChanged.AtStart(started), population, bootstrapping),
            Ledger = LedgerRows(loops, scenario),
            Warnings = [.. recorder.Warnings, .. FaultWarnings(loops.Run, recorder.Elapsed)],
            Options = started.Options,
            Headline = outcome.Headline,
            Verdict = outcome.Verdict,
            ExitCode = outcome.ExitCode,
        };
    }

    /// <summary>The windows of the present epoch: what the tables are about.</summary>
    static TimeSpan LoadTimeOf(WindowLog windows) =>
        windows.Marks.Count == 0 ? TimeSpan.Zero : (windows.Marks[^1].Ended ?? windows.EpochBegan) - windows.EpochBegan;

    static IEnumerable<ScenarioRow> ScenarioRows(LoopSet loops, RunRecorder recorder, TimeSpan loadTime)
    {
        if (recorder.Windows.Marks.Count == 0) return [];
        var iterations = IterationsOf(loops);
        var epochBegan = recorder.Windows.EpochBegan - recorder.Windows.Marks[0].Began;
        return recorder.Scenarios.Select(defined =>
            ScenarioRow.Of(defined, loops.BooksOf(defined.Index), loops.Run.Groups[defined.Index].EndedAt, iterations,
                epochBegan, loadTime) with
            {
                MostUsers = loops.Run.Groups[defined.Index].MostRunning,
            });
    }

    /// <summary>The windows of the run.</summary>
    /// <param name="loops">Who counted.</param>
    /// <param name="windows">When they were.</param>
    /// <param name="group">Of iterations and users, those of one group alone; null: of all.</param>
    public static IReadOnlyList<WindowRow> WindowsOf(LoopSet loops, WindowLog windows, int? group = null)
    {
        var rows = new List<WindowRow>();
        foreach (var mark in windows.Marks)
        {
            var stats = new WindowStats(loops.Run.Groups.Count);
            foreach (var loop in loops.All) stats.Merge(loop.Windows[mark.Number]);
            rows.Add(new WindowRow(WindowRow.Sum(mark, stats, group), mark.Epoch == windows.Epoch));
        }

        return rows;
    }

    public static SortedDictionary<int, RequestStats> RequestsOf(LoopSet loops)
    {
        var requests = new SortedDictionary<int, RequestStats>();
        foreach (var loop in loops.All) loop.Http.Requests.AddTo(requests);
        return requests;
    }

    /// <summary>
    /// The ledger over all loops, and beside it what other threads allocated. Their sum is what the process allocated.
    /// </summary>
    public static IReadOnlyList<LedgerRow> LedgerRows(LoopSet loops, ScenarioPlan scenario)
    {
        var rows = new List<LedgerRow>();
        foreach (var scope in scenario.Scopes)
        {
            var (allocated, entries) = loops.Charged(scope.Id);
            if (scope.Kind == ScopeKind.OffLoop)
            {
                var onLoops = loops.All.Aggregate(Bytes.Zero, static (sum, loop) => sum + loop.Loop.ThreadAllocated);
                allocated = new Bytes(GC.GetTotalAllocatedBytes(precise: true)) - onLoops;
            }

            if (allocated.Count != 0 || entries != 0) rows.Add(new LedgerRow(scope, allocated, entries));
        }

        rows.Sort(static (left, right) => right.Allocated.CompareTo(left.Allocated));
        return rows;
    }

    static List<PhaseRow> PhaseRows(RunRecorder recorder)
    {
        var rows = new List<PhaseRow>();
        for (var index = 0; index < recorder.Phases.Count; index++)
        {
            var (at, phase) = recorder.Phases[index];
            var end = index + 1 < recorder.Phases.Count ? recorder.Phases[index + 1].At : recorder.Elapsed;
            rows.Add(new PhaseRow(phase, at, end - at));
        }

        return rows;
    }

    /// <summary>Iterations by task.</summary>
    public static IReadOnlyList<(string Name, IterationStats Stats)> TasksOf(LoopSet loops, ScenarioPlan scenario)
    {
        return [.. IterationsOf(loops).Select(row => (scenario.Scopes[row.Key].Name, row.Value))];
    }

    /// <summary>Iterations by the scope of their task.</summary>
    public static SortedDictionary<int, IterationStats> IterationsOf(LoopSet loops)
    {
        var iterations = new SortedDictionary<int, IterationStats>();
        foreach (var loop in loops.All) loop.Iterations.AddTo(iterations);
        return iterations;
    }

    static MemoryResult MemoryOf(BudgetChanged budget, Population? population, MemoryMoment? bootstrapping)
    {
        // Where no user came, what bootstraps took is all that is known.
        var atPeak = population?.Peak ?? bootstrapping;
        var peak = atPeak ?? default;
        Projected? projected = population?.Projection is { } projection
            ? new Projected(TimeSpan.Zero, projection.Planned, projection.Expected, projection.Lower, projection.Upper,
                population.Verdict().UsersThatFit)
            : null;
        return new MemoryResult(
            budget.Amount, budget.Source, budget.Limit, peak.Reading.Unreclaimable, peak.Reading.IsEstimate,
            peak.Users,
            population?.Plateaus ?? [], projected)
        {
            Lines = population?.Projection?.Lines ?? [],
            AtPeak = atPeak,
            Bootstrapping = bootstrapping is { Reading.Unreclaimable.Count: > 0 } ? bootstrapping : null,
        };
    }

    static IEnumerable<Warning> FaultWarnings(SharedRun run, TimeSpan at) =>
        run.Faults.Select(fault =>
            new Warning(at, "fault",
                $"{fault.Place} threw {fault.Type} {Counted.Of(fault.Count, "time")}: {fault.Example}"));
}
