using LeanLoad.Diagnostics;

namespace LeanLoad.Judge;

/// <summary>A run as its journal tells it, as far as that goes.</summary>
/// <param name="Outcome">What a journal knows of it.</param>
/// <param name="Totals">Null where the journal has no end.</param>
/// <param name="Moments">When its records were written, phases, ticks and the end.</param>
readonly record struct RunJournal(RunOutcome Outcome, RunTotals? Totals, IReadOnlyList<TimeSpan> Moments)
{
    /// <summary>Reads a journal; where there is none, nothing is known.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ended">When the process ended.</param>
    public static RunJournal Read(string path, DateTimeOffset ended)
    {
        var outcome = new RunOutcome { ExitCode = 0, IsKilled = false };
        if (!JournalReader.TryOpen(path, out var journal, out _)) return new(outcome, null, []);
        using (journal)
        {
            DateTimeOffset? began = null;
            TimeSpan ramp = default;
            RunEnded? end = null;
            var (peak, users, admitted, ran, atRest) = (0L, 0, 0, 0, 0L);
            var (requests, failures, iterations) = (0L, 0L, 0L);
            var (stopping, warned) = ((TimeSpan?)null, (double?)null);
            var moments = new List<TimeSpan>();
            while (journal.TryNext(out var bytes))
            {
                switch (RecordReader.TryRead(bytes, out var record) ? record : null)
                {
                    case RunStarted run: began = run.StartedAt; break;
                    case PhaseChanged phase:
                        moments.Add(phase.At);
                        if (phase.Phase == RunPhase.Ramp) ramp = phase.At;
                        if (phase.Phase == RunPhase.Stopping) stopping = phase.At;
                        break;
                    case PlateauReached { Plateau: var plateau }:
                        users = plateau.Users;
                        outcome.Plateaus.Add(PlateauSeen.Of(plateau));
                        peak = Math.Max(peak, plateau.Reading.Unreclaimable.Count);
                        if (users == 0) atRest = plateau.Reading.Unreclaimable.Count;
                        break;
                    case Projected seen:
                        outcome.Projections.Add(new((seen.At - ramp).TotalSeconds, users, seen.Lower.Count,
                            seen.Expected.Count, seen.Upper.Count));
                        break;
                    case Warning { Code: "projection" or "early" } warning:
                        warned ??= (warning.At - ramp).TotalSeconds;
                        break;
                    case RequestDelta delta:
                        (requests, failures) = (requests + delta.Requests, failures + delta.Failures);
                        break;
                    case IterationDelta delta: iterations += delta.Iterations; break;
                    case Tick tick:
                        moments.Add(tick.At);
                        admitted = Math.Max(admitted, tick.UsersAdmitted);
                        ran = Math.Max(ran, Math.Max(tick.UsersRunning, tick.UsersAtHighest));
                        peak = Math.Max(peak, tick.Memory.Unreclaimable.Count);
                        break;
                    case RunEnded last:
                        moments.Add(last.At);
                        end = last;
                        break;
                }
            }

            outcome = outcome with
            {
                Peak = peak,
                AtRest = atRest,
                Admitted = Math.Max(admitted, users),
                Ran = Math.Max(ran, users),
                Seconds = began is { } start ? (ended - start - ramp).TotalSeconds : 0,
                WarnedAt = warned,
                StoppedAt = stopping is { } at ? (at - ramp).TotalSeconds : null,
                IsComplete = end is { IsComplete: true } && journal.Problem is null,
                Verdict = end?.Verdict ?? "",
            };
            RunTotals? totals = end is { } known
                ? new(known.ExitCode, known.Headline, known.Verdict, requests, failures, iterations)
                : null;
            return new(outcome, totals, moments);
        }
    }
}
