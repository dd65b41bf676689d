using System.Diagnostics;
using System.Globalization;
using LeanLoad.Memory;
using LeanLoad.Profiler.Agents;

namespace LeanLoad.Judge;

/// <summary>Whether the agent guards itself.</summary>
enum Guard
{
    /// <summary>Neither governor nor heap limit: what would happen without us.</summary>
    Off,

    On,

    /// <summary>On, and users who do not fit are held instead of the run being stopped.</summary>
    Holding,

    /// <summary>On, and with so much room that nothing is stopped: what the load needs with us.</summary>
    Roomy,
}

/// <summary>Runs the hungry agent once in a cage, and reads what the kernel and its results say.</summary>
/// <param name="agent">The hungry agent, native.</param>
/// <param name="target">What it makes requests to.</param>
/// <param name="directory">Where its files go.</param>
/// <param name="isUnread">Whether it is a copy that nobody has read, so that its pages are charged to the cage.</param>
sealed class CagedRun(string agent, Target target, string directory, bool isUnread = false)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Whether nobody has read the program.</summary>
    public bool IsUnread => isUnread;

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
        if (!Cage.TryCreate(first, out var cage, out var problem)) throw new AgentException(problem);
        using (cage)
        {
            var files = new RunFiles(
                directory, $"{one.Id}-{guard}-{(isFree ? "free" : "caged")}".ToLowerInvariant());
            files.Delete();
            if (isUnread) UnreadCopy.Make(agent, files.Program);
            var command = new AgentCommand(new AgentBinary(isUnread ? files.Program : agent, AgentRuntime.Native),
                Arguments(one, sizing, guard, isFree, files))
            {
                Cage = cage,
                Variables = [("HUNGRY_WITNESS", files.Witness)],
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

            var (ended, endedAt) = (DateTimeOffset.UtcNow, Stopwatch.GetElapsedTime(0));
            await watch.CancelAsync();
            await lowering;
            cancel.ThrowIfCancellationRequested();
            var journal = RunJournal.Read(files.Journal, ended);
            var lacking = guard is Guard.On or Guard.Holding
                ? Results.ProblemOf(files.Json, await output, process.ExitCode, journal.Totals)
                : null;
            var stood = Standstill.Of(CollectorSample.ReadAll(files.Witness), endedAt, journal.Moments);
            var counted = cage.Read();
            var kernelPeak = counted.Peak?.Count ?? 0;
            var outcome = journal.Outcome with
            {
                ExitCode = process.ExitCode,
                IsKilled = counted.OutOfMemoryKills > 0,
                KernelPeak = kernelPeak,
                // A child's peak passes between two looks of the agent, 10 ms apart: it was seen at 45 of 47 MiB, and
                // at 18 of 27. Page cache is in the kernel's figure, a MiB of it.
                Peak = one.Workload.Grows == Growth.InChild ? kernelPeak : journal.Outcome.Peak,
                IsComplete = journal.Outcome.IsComplete && lacking is null,
                Lacking = lacking,
                Stood = stood,
                Error = isHung ? "did not end: " + await error : process.ExitCode is 0 or 86 or 137 ? null
                    : await error,
            };
            // Who wants to know why a run ended as none may finds its files.
            var isExpected = outcome.Ending is Ending.Passed or Ending.Held or Ending.Stopped
                || (outcome.IsKilled && guard == Guard.Off);
            if (isExpected) files.Delete();
            else File.Delete(files.Program);
            return outcome;
        }
    }

    string[] Arguments(Case one, Sizing sizing, Guard guard, bool isFree, RunFiles files)
    {
        var isHttp = one.Workload.Grows is Growth.Connections or Growth.Sockets || one.Workload.Name == "burst";
        var ramp = one.RampOf(sizing.Users);
        return
        [
            "--scenario", one.Workload.Scenario, "--users", Text(sizing.Users), "--ramp",
            $"{Text(Math.Max(0.05, sizing.Users / ramp))}/s",
            "--duration", $"{Text(one.SecondsOf(sizing.Users))}s", "--each", $"{sizing.Each.Count}B",
            "--dice", Text(one.Dice), "--seed", Text(one.Seed),
            "--from", Text(one.Workload.FirstWhoGrows(sizing.Users)), "--after", "2s", "--log", "console",
            "--journal", files.Journal, "--json", files.Json,
            // Whether the machine was too busy for exact times is not what is judged here.
            "--when-limited", "warn",
            // A run without a limit that matters gets the collector that the limit would give it.
            .. isFree && guard == Guard.Off ? ["--memory", $"{one.Limit.Count}B"] : Array.Empty<string>(),
            .. guard == Guard.Off ? ["--over-memory", "ignore"] : Array.Empty<string>(),
            .. guard == Guard.Holding ? ["--over-memory", "hold"] : Array.Empty<string>(),
            .. isHttp ? ["--url", (one.Workload.Grows == Growth.Connections ? target.Secure : target.Plain).ToString(),
                "--insecure", "true"] : Array.Empty<string>(),
        ];
    }

    static async Task LowerAsync(Cage cage, Bytes limit, double seconds, CancellationToken ended)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), ended);
            // v1 refuses a limit below what is in use, and a container's runtime tries again, too; v2 would kill at
            // once, and so the kubelet sets none there.
            while (cage.ReadUnreclaimable() > limit || !cage.TryChange(limit)) await Task.Delay(100, ended);
        }
        catch (OperationCanceledException)
        {
            // It ended before.
        }
    }

    static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
