using LeanLoad.Diagnostics;

namespace LeanLoad.Tests.Diagnostics;

/// <summary>What a run begins with in tests that are about what follows.</summary>
static class SampleRun
{
    /// <summary>40 users, 8 a second, in 64 MiB.</summary>
    public static RunStarted Started { get; } = new()
    {
        AgentVersion = "0.1.0",
        ProcessId = 7,
        StartedAt = DateTimeOffset.UnixEpoch,
        Scenario = "registry",
        PlannedUsers = 40,
        RampPerSecond = 8,
        Budget = Bytes.FromMiB(64),
        BudgetSource = "--memory 64MiB",
        Loops = 1,
        Seed = 1,
        Classes = [],
        Options = [],
    };
}
