using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Verdicts;
using LeanLoad.Report;

namespace LeanLoad.Profiler.Report;

/// <summary>
/// A run's <see cref="RunResult"/> from its records alone: the same figures that the agent sums up itself.
/// </summary>
static class ResultOfView
{
    /// <param name="view">The records.</param>
    /// <param name="judgement">What the profiler concludes.</param>
    /// <param name="exitCode">What the agent's process ended with.</param>
    /// <param name="howItEnded">How it ended, for people, where its last record is missing; null: as the exit code
    /// says.</param>
    /// <param name="isDetached">It was not watched to its end.</param>
    public static RunResult Build(
        RunView view, Judgement judgement, int exitCode, string? howItEnded = null, bool isDetached = false)
    {
        var started = view.Started
            ?? throw new InvalidOperationException("A run without its first record has no result.");
        var end = view.Ended?.At ?? view.Latest?.At ?? TimeSpan.Zero;
        var phases = Phases(view, end);
        var loadTime = LoadTimeOf(view, end);
        var latest = view.Latest ?? default;
        return new RunResult
        {
            Scenario = started.Scenario,
            AgentVersion = started.AgentVersion,
            StartedAt = started.StartedAt,
            Elapsed = end,
            LoadTime = loadTime,
            Phases = phases,
            Users = new UserCounts(UserCounts.PlannedBy(started, view.Scenarios),
                latest.UsersRunning + latest.UsersStopped, latest.UsersFailed),
            Requests = RequestSummary.Of(view.Requests, view.NameOf, loadTime),
            Connections = ConnectionSummary.Of(view.Connections),
            Iterations = [.. view.Iterations.Select(row => IterationRow.Of(view.NameOfScope(row.Key), row.Value))],
            Books = view.Books,
            Scenarios = [.. view.Scenarios.Select(scenario => ScenarioRow.Of(
                scenario, view.KeptOf(scenario.Index).Books.Books, view.KeptOf(scenario.Index).EndedAt, view.Iterations,
                EpochOf(view), loadTime) with
            {
                MostUsers = view.MostUsersOf(scenario.Index),
            })],
            Windows =
                [.. view.WindowSums.Select(window => new WindowRow(window, window.Epoch == view.WindowSums[^1].Epoch))],
            Generator = view.Generator,
            Thresholds = view.Thresholds,
            Explanation = view.Explanation,
            Memory = MemoryOf(view, judgement),
            Ledger = Attributed.LedgerRows(view),
            Warnings = view.Warnings,
            Options = started.Options,
            Headline = Headline(view, exitCode, isDetached),
            Verdict = VerdictText(
                view, judgement, exitCode, howItEnded ?? AgentProcess.Describe(exitCode), isDetached),
            ExitCode = exitCode,
        };
    }

    /// <summary>From where the last epoch began to where its last window ended, or the run.</summary>
    static TimeSpan LoadTimeOf(RunView view, TimeSpan end)
    {
        if (view.Windows.Count == 0)
        {
            // An older agent knows no windows.
            return Phases(view, end)
                .Where(static row => row.Phase is RunPhase.Ramp or RunPhase.Steady or RunPhase.Stopping)
                .Aggregate(TimeSpan.Zero, static (sum, row) => sum + row.Duration);
        }

        var began = view.Windows.First(window => window.Epoch == view.Windows[^1].Epoch).At;
        var until = view.WindowSums.Count > 0 ? view.WindowSums[^1].Ended : end;
        return until > began ? until - began : TimeSpan.Zero;
    }

    /// <summary>When the last epoch began, since the load did.</summary>
    static TimeSpan EpochOf(RunView view) => view.Windows.Count == 0 ? TimeSpan.Zero
        : view.Windows.First(window => window.Epoch == view.Windows[^1].Epoch).At - view.Windows[0].At;

    static List<PhaseRow> Phases(RunView view, TimeSpan end)
    {
        var rows = new List<PhaseRow>();
        for (var index = 0; index < view.Phases.Count; index++)
        {
            var (at, phase) = view.Phases[index];
            rows.Add(new PhaseRow(phase, at, (index + 1 < view.Phases.Count ? view.Phases[index + 1].At : end) - at));
        }

        return rows;
    }

    static MemoryResult MemoryOf(RunView view, Judgement judgement)
    {
        var peak = Peak(view);
        var bootstraps = view.Ticks.Where(tick => tick.At < RampBegan(view)).Select(Moment);
        Projected? projected = judgement.Projection is { } projection
            ? new Projected(TimeSpan.Zero, projection.Planned, projection.Expected, projection.Lower, projection.Upper,
                judgement.Verdict.UsersThatFit)
            : null;
        return new MemoryResult(view.Budget.Amount, view.Budget.Source, view.Budget.Limit, peak.Reading.Unreclaimable,
            peak.Reading.IsEstimate, peak.Users, view.Plateaus, projected)
        {
            Lines = judgement.Projection?.Lines ?? [],
            AtPeak = peak.Reading.Unreclaimable > Bytes.Zero ? peak : null,
            Bootstrapping = bootstraps.Cast<MemoryMoment?>()
                .MaxBy(static moment => moment!.Value.Reading.Unreclaimable),
        };
    }

    /// <summary>
    /// Bootstraps, and what they took, come before it. Who attached later knows a later phase only.
    /// </summary>
    static TimeSpan RampBegan(RunView view) =>
        view.Phases.Where(static change => change.Phase >= RunPhase.Ramp).Select(static change => change.At)
            .FirstOrDefault(view.Phases.Count == 0 ? TimeSpan.Zero : TimeSpan.MaxValue);

    static MemoryMoment Peak(RunView view)
    {
        var peak = default(MemoryMoment);
        foreach (var tick in view.Ticks.Where(tick => tick.At >= RampBegan(view)))
        {
            if (tick.Memory.Unreclaimable > peak.Reading.Unreclaimable) peak = Moment(tick);
        }

        foreach (var plateau in view.Plateaus)
        {
            if (plateau.Reading.Unreclaimable <= peak.Reading.Unreclaimable) continue;
            peak = new MemoryMoment(plateau.Reading, default, plateau.Users);
        }

        return peak;
    }

    static MemoryMoment Moment(Tick tick) => new(tick.Memory, tick.Detail, tick.UsersAtHighest);

    static string Headline(RunView view, int exitCode, bool isDetached) => exitCode switch
    {
        _ when isDetached => "detached",
        _ when view.Ended is null => "the agent died",
        // The last record is written before the journal's own end is stored.
        87 => "results not stored",
        _ => view.Ended.Value.Headline,
    };

    static string VerdictText(RunView view, Judgement judgement, int exitCode, string end, bool isDetached)
    {
        if (isDetached) return $"No longer watched; the agent goes on. {judgement.Verdict}";
        if (view.Ended is null) return $"The agent ended without a last record: {end}. {judgement.Verdict}";
        // The agent's own words are the reason it ended for; what it cannot know is which types it keeps.
        var verdict = view.Ended.Value.Verdict;
        return exitCode == 86 ? $"{verdict} {judgement.Types}".TrimEnd() : verdict;
    }
}
