using System.Diagnostics;
using System.Globalization;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Agents;

namespace LeanLoad.Judge;

/// <summary>Whether the agent guards itself.</summary>
enum Guard
{
    /// <summary>Neither governor nor heap limit: what would happen without us.</summary>
    Off,

    On,

    /// <summary>On, and with so much room that nothing is stopped: what the load needs with us.</summary>
    Roomy,
}

/// <summary>Runs the hungry agent once in a cage, and reads what the kernel and its journal say.</summary>
sealed class CagedRun(string agent, Target target, string directory)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="one">The case.</param>
    /// <param name="sizing">How it is sized.</param>
    /// <param name="guard">Whether the agent guards itself.</param>
    /// <param name="limit">The kernel's limit: the case's, or so much that it does not matter.</param>
    /// <param name="cancel">Ends the run.</param>
    public async Task<RunOutcome> RunAsync(Case one, Sizing sizing, Guard guard, Bytes limit, CancellationToken cancel)
    {
        var isFree = limit > one.Limit;
        var isLowered = one.Workload.Grows == Growth.Lowered && !isFree;
        var first = isLowered ? limit * 3 : limit;
        if (!Cage.TryCreate(first, out var cage, out var problem)) throw new InvalidOperationException(problem);
        using (cage)
        {
            var journal =
                Path.Combine(directory, $"{one.Id}-{guard}-{(isFree ? "free" : "caged")}.journal".ToLowerInvariant());
            File.Delete(journal);
            var command = new AgentCommand(new AgentBinary(agent, AgentRuntime.Native),
                Arguments(one, sizing, guard, isFree, journal))
            {
                Cage = cage,
            };
            var start = command.ToStartInfo();
            if (guard == Guard.Roomy)
            {
                foreach (var (name, value) in GcSettings.For(one.Limit).Variables) start.Environment[name] = value;
            }

            (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var error = process.StandardError.ReadToEndAsync(cancel);
            using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var lowering = isLowered ? LowerAsync(cage, limit, one.RampSeconds / 2, watch.Token) : Task.CompletedTask;
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timeout.CancelAfter(TimeSpan.FromSeconds(one.SecondsOf(sizing.Users)) + Patience);
            var isHung = false;
            try
            {
                await process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                isHung = true;
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }

            var ended = DateTimeOffset.UtcNow;
            await watch.CancelAsync();
            await lowering;
            cancel.ThrowIfCancellationRequested();
            await output;
            var outcome = Read(journal, ended) with
            {
                ExitCode = process.ExitCode,
                IsKilled = cage.Read().OutOfMemoryKills > 0,
                KernelPeak = cage.Read().Peak?.Count ?? 0,
                Error = isHung ? "did not end: " + await error : process.ExitCode is 0 or 86 or 137 ? null
                    : await error,
            };
            if (process.ExitCode == 137 || (outcome.IsComplete && process.ExitCode is 0 or 86)) File.Delete(journal);
            return outcome;
        }
    }

    string[] Arguments(Case one, Sizing sizing, Guard guard, bool isFree, string journal)
    {
        var isHttp = one.Workload.Grows is Growth.Connections or Growth.Sockets || one.Workload.Name == "burst";
        var ramp = one.RampOf(sizing.Users);
        return
        [
            "--scenario", one.Workload.Scenario, "--users", Text(sizing.Users), "--ramp",
            $"{Text(Math.Max(0.05, sizing.Users / ramp))}/s",
            "--duration", $"{Text(one.SecondsOf(sizing.Users))}s", "--each", $"{sizing.Each.Count}B",
            "--dice", Text(one.Seed), "--seed", Text(one.Seed),
            "--from", Text(sizing.Users - sizing.Users / 4), "--after", "2s", "--journal", journal, "--log", "console",
            // Whether the machine was too busy for exact times is not what is judged here.
            "--when-limited", "warn",
            // A run without a limit that matters gets the collector that the limit would give it.
            .. isFree && guard == Guard.Off ? ["--memory", $"{one.Limit.Count}B"] : Array.Empty<string>(),
            .. guard == Guard.Off ? ["--over-memory", "ignore"] : Array.Empty<string>(),
            .. isHttp ? ["--url", (one.Workload.Grows == Growth.Connections ? target.Secure : target.Plain).ToString(),
                "--insecure", "true"] : Array.Empty<string>(),
        ];
    }

    static async Task LowerAsync(Cage cage, Bytes limit, double seconds, CancellationToken ended)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), ended);
            // v1 refuses a limit below what is in use; a container's runtime tries again, too.
            while (!cage.TryChange(limit)) await Task.Delay(100, ended);
        }
        catch (OperationCanceledException)
        {
            // It ended before.
        }
    }

    static RunOutcome Read(string path, DateTimeOffset ended)
    {
        var outcome = new RunOutcome { ExitCode = 0, IsKilled = false };
        if (!JournalReader.TryOpen(path, out var journal, out _)) return outcome;
        using (journal)
        {
            DateTimeOffset? began = null;
            TimeSpan ramp = default;
            Bytes? budget = null;
            var (peak, users, stopping, complete, verdict) = (0L, 0, (TimeSpan?)null, false, "");
            double? warned = null;
            long atRest = 0;
            while (journal.TryNext(out var bytes))
            {
                switch (RecordReader.TryRead(bytes, out var record) ? record : null)
                {
                    case RunStarted run: (began, budget) = (run.StartedAt, run.Budget); break;
                    case PhaseChanged { Phase: RunPhase.Ramp } phase: ramp = phase.At; break;
                    case PhaseChanged { Phase: RunPhase.Stopping } phase: stopping = phase.At; break;
                    case PlateauReached { Plateau: var plateau }:
                        users = plateau.Users;
                        outcome.Plateaus.Add(PlateauSeen.Of(plateau));
                        peak = Math.Max(peak, plateau.Reading.Unreclaimable.Count);
                        if (users == 0) atRest = plateau.Reading.Unreclaimable.Count;
                        break;
                    case Projected seen:
                        outcome.Projections.Add(new((seen.At - ramp).TotalSeconds, users, seen.Lower.Count,
                            seen.Expected.Count, seen.Upper.Count));
                        if (seen.Expected > budget) warned ??= (seen.At - ramp).TotalSeconds;
                        break;
                    case Tick tick: peak = Math.Max(peak, tick.Memory.Unreclaimable.Count); break;
                    case RunEnded last: (complete, verdict) = (last.IsComplete, last.Verdict); break;
                }
            }

            var stopped = stopping is { } at ? (at - ramp).TotalSeconds : (double?)null;
            return outcome with
            {
                Peak = peak,
                AtRest = atRest,
                Seconds = began is { } start ? (ended - start - ramp).TotalSeconds : 0,
                WarnedAt = warned,
                StoppedAt = stopped,
                IsComplete = complete && journal.Problem is null,
                Verdict = verdict,
            };
        }
    }

    static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
