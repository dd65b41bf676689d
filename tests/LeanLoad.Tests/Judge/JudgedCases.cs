using LeanLoad.Judge;

namespace LeanLoad.Tests.Judge;

/// <summary>Cases as the judge's results have them.</summary>
static class JudgedCases
{
    /// <summary>A case of 64 MiB with ten users.</summary>
    public static CaseResult Of(
        RunOutcome off, RunOutcome on, RunOutcome? held = null, string workload = "linear")
    {
        return new CaseResult
        {
            Id = $"{workload}-64-over-1",
            Workload = workload,
            LimitMiB = 64,
            Aim = Aim.Over,
            Seed = 1,
            RampSeconds = 4,
            Users = 10,
            EachBytes = 5 << 20,
            Off = off,
            On = on,
            Held = held,
        };
    }

    /// <summary>With the guard off: all users came, and it peaked at a share of its limit.</summary>
    public static RunOutcome Alive(double share = 0.5) => Run(0) with
    {
        Peak = (long)(share * (64 << 20)),
        Plateaus = [new(10, 3, 1 << 20, 1 << 20, 1 << 20, null, null, null, null)],
    };

    /// <summary>With the guard off: it ended before its users were in.</summary>
    public static RunOutcome CutShort => Alive() with { Plateaus = [] };

    /// <summary>The kernel killed it, or its bootstrap's child.</summary>
    public static RunOutcome Killed => Run(137) with { IsKilled = true, IsComplete = false };

    /// <summary>The guard stopped it, seconds after its ramp began.</summary>
    public static RunOutcome Stopped(double? warnedAt, double stoppedAt) =>
        Run(86) with { WarnedAt = warnedAt, StoppedAt = stoppedAt, Seconds = stoppedAt };

    /// <summary>It ended by itself.</summary>
    public static RunOutcome Run(int exitCode, string verdict = "") =>
        new() { ExitCode = exitCode, IsKilled = false, IsComplete = true, Verdict = verdict };
}
