using System.Globalization;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Stats;
using LeanLoad.Users;

namespace LeanLoad.Report;

/// <summary>What came of a run: the gravest of what happened decides.</summary>
/// <param name="ExitCode">The documented exit code.</param>
/// <param name="Headline">Two or three words.</param>
/// <param name="Verdict">What, why, what to do.</param>
readonly record struct Outcome(int ExitCode, string Headline, string Verdict)
{
    /// <summary>The memory that the run needed, for one that ended in order.</summary>
    public static Outcome Passed(Population population, string? stoppedBy)
    {
        var (reading, _, users) = population.Peak;
        // As it is now: a limit may have changed.
        var of = population.Guard.Budget is { } amount ? $" of {amount}" : "";
        var unknown = of.Length == 0 ? " No budget is known." : "";
        var held = population.Decision.Admission == Admission.Hold
            ? $" Held at {Counted.Of(population.Present, "user")}: {population.Decision.Reason}."
            : "";
        var ended = stoppedBy is null ? "" : $" Ended before its time, as {stoppedBy} asked.";
        return new Outcome(
            0, "passed",
            $"The peak was {reading.Unreclaimable}{of}, {Quantities.Running(users)}.{unknown}{held}{ended}");
    }

    /// <summary>What a plan found: 86 where the users do not fit, else 0.</summary>
    public static Outcome Planned(Population population)
    {
        var verdict = population.Verdict();
        var (exit, headline) = verdict.Fit switch
        {
            Fit.Over => (86, "would exceed memory"),
            Fit.Fits => (0, "would fit"),
            Fit.Close => (0, "would be close"),
            _ => (0, "planned"),
        };
        var from = population.Plateaus.Count == 0 ? 0 : population.Plateaus[^1].Users;
        return new Outcome(exit, headline, $"{verdict} Planned from {Counted.Of(from, "user")}.");
    }

    public static Outcome OverMemory(Population population)
    {
        var verdict = population.Verdict();
        // Where the projection is not what stopped the run, its verdict is not the reason; nor where it has been made
        // anew since, and is not so sure any more.
        var text = population.Decision.Tier == Tier.Projection && verdict.Fit == Fit.Over
            ? verdict.ToString()
            : $"Stopped with {Counted.Of(population.Present, "user")}: {population.Decision.Reason}. {verdict}";
        return new Outcome(86, "would exceed memory", text);
    }

    public static Outcome Unreachable(Fault? fault, string? example)
    {
        var why = fault is not null ? $"{fault.Place} threw {fault.Type}: {fault.Example}" : example;
        return new Outcome(3, "target unreachable", $"No request got an HTTP response. {why}");
    }

    /// <summary>
    /// Requests that failed for want of what the agent's own system had none of: they say nothing of the target.
    /// </summary>
    /// <returns>Null where there was none.</returns>
    public static Outcome? GeneratorLimited(SortedDictionary<int, RequestStats> requests)
    {
        foreach (var kind in new[] { FailureKind.NoPorts, FailureKind.NoDescriptors })
        {
            var count = requests.Values.Sum(row => row.FailuresOf(kind));
            if (count == 0) continue;
            var example = requests.Values.Select(row => row.ExampleOf(kind)).First(static text => text is not null);
            return new Outcome(88, "generator limited",
                $"{Counted.Of(count, "request was", "requests were")} never sent: {example} "
                    + "--when-limited warn takes the results as they are.");
        }

        return null;
    }

    public static Outcome NoUserStarted(Fault fault) =>
        new(3, "no user started", $"Every user failed to start: {fault.Place} threw {fault.Type}: {fault.Example}");

    /// <summary>
    /// A run in which something was tried and nothing succeeded does not pass; null where something did.
    /// </summary>
    public static Outcome? WithoutSuccess(LoopSet loops)
    {
        var (books, fault) = (loops.Books, loops.Run.Faults.FirstOrDefault());
        var why = fault is null ? "" : $" {fault.Place} threw {fault.Type}: {fault.Example}";
        if (books is { Done: 0, Failed: > 0 })
        {
            return new(99, "nothing succeeded",
                $"{Counted.All(books.Failed, "iteration", "iterations")} failed.{why}");
        }

        if (books is { Done: 0, Cut: > 0 } && loops.Requests == loops.Failures)
        {
            return new(99, "nothing succeeded",
                Counted.All(books.Cut, "iteration was", "iterations were")
                + " cut off at the end, and none had ended before: does the target "
                + $"answer? If it takes that long, give the run a longer --duration or --stop-timeout.{why}");
        }

        if (books is { Done: 0, Cut: 0 } && loops.CutInStart > 0 && loops.Requests == loops.Failures)
        {
            return new(99, "nothing succeeded",
                "No iteration began: "
                + Counted.Of(loops.CutInStart, "user was cut off in its start. ", "users were cut off in their start. ")
                + $"If that takes so long, give the run a longer --duration or --stop-timeout.{why}");
        }

        return loops.Requests > 0 && loops.Requests == loops.Failures
            ? new(99, "nothing succeeded",
                $"{Counted.All(loops.Requests, "request", "requests")} failed; the table of failures says how.{why}")
            : null;
    }

    /// <summary>A bootstrap failed.</summary>
    /// <param name="message">Which, and why.</param>
    /// <param name="tooSmall">The budget that it did not fit into; null where it failed for something else.</param>
    public static Outcome BootstrapFailed(string message, Budget? tooSmall) =>
        Unprepared("bootstrap failed", "the bootstrap", message, tooSmall);

    /// <summary>What the load file wants done once at the start or the end of the run failed.</summary>
    /// <param name="message">Which, and why.</param>
    /// <param name="tooSmall">As for a bootstrap.</param>
    public static Outcome HookFailed(string message, Budget? tooSmall) =>
        Unprepared("start of the run failed", "it", message, tooSmall);

    // Without a budget, memory that is refused is what nobody has: an array of more elements than there may be.
    static Outcome Unprepared(string headline, string what, string message, Budget? tooSmall) =>
        tooSmall?.Amount is null
            ? new(3, headline, message)
            : new(86, "would exceed memory",
                $"{message.TrimEnd('.')}. The budget is {tooSmall.Source}: give it more, or let {what} take less at a "
                + "time.");

    /// <summary>The same, when the run had come to something already.</summary>
    public Outcome After(Outcome before) => this with { Verdict = $"{Verdict} {before.Verdict}" };

    /// <summary>The load file ended the run.</summary>
    public static Outcome Asked(AskedStop stop) => stop.HasFailed
        ? new(99, "failed by the load file", $"{stop.Who} ended the run as failed: {stop.Reason}")
        : new(0, "stopped by the load file", $"{stop.Who} ended the run: {stop.Reason}");

    public static Outcome Interrupted(string? signal) =>
        new(105, "interrupted", $"Stopped by {signal ?? "a signal"}; the results up to then are complete.");

    /// <summary>The same, where a threshold failed.</summary>
    public Outcome WithThresholds(IReadOnlyList<ThresholdJudged> thresholds)
    {
        var failed = thresholds.Where(static one => one.HasFailed)
            .Select(static one => $"\"{one.Text}\" fails the run: it was {one.Actual}").ToList();
        return failed.Count == 0 ? this
            : new Outcome(99, "thresholds failed", $"{string.Join("; ", failed)}. {Verdict}");
    }

    /// <summary>
    /// The same, where the generator was the limit: that weighs more than thresholds, which judged what is not valid.
    /// </summary>
    public Outcome WithGenerator(string? problem) => problem is null
        ? this
        : new Outcome(88, "generator was the limit",
            $"The results are not valid: {problem}. --when-limited warn takes them as they are. {Verdict}");

    /// <summary>The same, where something could not be stored.</summary>
    public Outcome WithLoss(string problem) =>
        ExitCode == 0 ? new Outcome(87, "results not stored", $"{problem} {Verdict}") : this with
        {
            Verdict = $"{Verdict} {problem}",
        };

    /// <summary>Whether no request has been answered so far, though enough were sent to say so.</summary>
    /// <param name="requests">By name.</param>
    /// <param name="enough">How many must have been sent.</param>
    /// <param name="example">What the first failure looked like.</param>
    public static bool IsUnreachable(SortedDictionary<int, RequestStats> requests, int enough, out string? example)
    {
        example = null;
        var sent = 0L;
        foreach (var row in requests.Values)
        {
            if (row.Requests > row.FailuresOf(FailureKind.Resolve) + row.FailuresOf(FailureKind.Connect)
                + row.FailuresOf(FailureKind.Tls)
                + row.FailuresOf(FailureKind.Malformed)) return false;
            sent += row.Requests;
            for (var kind = FailureKind.Resolve; kind <= FailureKind.Malformed && example is null; kind++)
            {
                if (row.FailuresOf(kind) > 0)
                {
                    example = string.Create(CultureInfo.InvariantCulture, $"{kind}: {row.ExampleOf(kind)}");
                }
            }
        }

        return sent >= enough;
    }
}
