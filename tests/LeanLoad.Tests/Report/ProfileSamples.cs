using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Diagnostics;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Verdicts;
using LeanLoad.Report;
using LeanLoad.Stats;

namespace LeanLoad.Tests.Report;

/// <summary>
/// The story as profiles, with figures like those of real runs: 40 users, 64 MiB, 2.0 MiB that each keeps, or shares.
/// </summary>
static class ProfileSamples
{
    static readonly Bytes Limit = Bytes.FromMiB(64);
    static readonly GcSettings Collector = new(Bytes.FromMiB(57), Bytes.FromMiB(1), Bytes.FromMiB(1));

    /// <summary>Each user signs in for itself: stopped at 15 users.</summary>
    public static ProfileResult PerUser()
    {
        var plateaus = Ramp([0, 1, 2, 4, 8, 15], users => 13.1 + (users > 0 ? 6.2 : 0) + 2.04 * users,
            users => users == 0 ? 0.9 : 6.4 + 1.98 * users);
        var start = new Scope(4, ScopeKind.UserStart, "RegistryPerUser.Start");
        LedgerRow[] ledger =
        [
            new(start, new(63_217_408), 15), new(new(Scope.Engine, ScopeKind.Engine, "engine"), new(1_204_112), 9_310),
            new(new(5, ScopeKind.Task, "RegistryPerUser.Registry"), new(86_400), 150),
            new(new(6, ScopeKind.Task, "RegistryPerUser.Pull"), new(30_720), 48),
            new(new(Scope.OffLoop, ScopeKind.OffLoop, "off loop"), new(911_000), 0),
        ];
        var judgement = Judge(plateaus, new ScopeCost(start, new(63_217_408), 15),
            "Most of what RegistryPerUser.Start allocates is Device[] (41 %), string (33 %), byte[] (12 %), by 602 "
            + "samples.");
        return new()
        {
            Run = Run("registry-per-user", plateaus, judgement, ledger, 86, "would exceed memory", new(40, 15, 0),
                4.4) with
            {
                Verdict = $"{judgement.Verdict} {judgement.Types}",
                Warnings = [new(TimeSpan.FromSeconds(2.2), "loop-blocked", "RegistryPerUser.Start kept its loop busy "
                    + "for 61 ms; nobody else on it could run. Await, or make it a [Bootstrap].")],
            },
            Judgement = judgement,
            Attribution = Attribution(ledger, new SampledScope(new(62_400_000), new(4_990_000), 602,
                [new("Device[]", new(25_584_000), 240), new("string", new(20_592_000), 198), new("byte[]",
                    new(7_488_000), 77), new("System.Text.Json.Utf8JsonReader.State<Device>", new(8_736_000), 87)])),
            Timeline = Ticks(plateaus, 4.4),
            Projections =
            [
                new(TimeSpan.FromSeconds(1.2), 40, Bytes.FromMiB(103.1), Bytes.FromMiB(92.0), Bytes.FromMiB(114.9), 15),
                new(TimeSpan.FromSeconds(2.0), 40, Bytes.FromMiB(103.3), Bytes.FromMiB(99.8), Bytes.FromMiB(107.1), 17),
                new(TimeSpan.FromSeconds(3.9), 40, Bytes.FromMiB(102.9), Bytes.FromMiB(101.2), Bytes.FromMiB(104.8),
                    19),
            ],
            Collections = new([61, 9, 6], TimeSpan.FromMilliseconds(7.4), TimeSpan.FromMilliseconds(118)),
            Session = new(SessionEndReason.AgentExited, 0, null),
            Cage = new CageReading(null, Bytes.FromMiB(56.3), null, 0, null),
            CageLimit = Limit,
            Agent = new("/opt/leanload/leanload-agent", AgentRuntime.Native),
            Machine = new("Debian GNU/Linux 12 (bookworm)", "x64", 2, ".NET 10.0.12"),
            ExitCode = 86,
        };
    }

    /// <summary>The same users share one sign-in: all 40 run.</summary>
    public static ProfileResult Shared()
    {
        var plateaus = Ramp([0, 1, 2, 4, 8, 16, 32, 40], users => 13.4 + (users > 0 ? 2.1 : 0) + 0.031 * users,
            users => 3.1 + 0.011 * users);
        LedgerRow[] ledger =
        [
            new(new(Scope.Engine, ScopeKind.Engine, "engine"), new(6_402_112), 91_310),
            new(new(3, ScopeKind.Bootstrap, "RegistrySession.SignIn"), new(2_301_440), 1),
            new(new(5, ScopeKind.Task, "RegistryUser.Registry"), new(864_000), 1_500),
            new(new(6, ScopeKind.Task, "RegistryUser.Pull"), new(307_200), 480),
            new(new(4, ScopeKind.UserStart, "RegistryUser.Start"), new(40_960), 40),
            new(new(Scope.OffLoop, ScopeKind.OffLoop, "off loop"), new(911_000), 0),
        ];
        var judgement = Judge(plateaus, new ScopeCost(ledger[4].Scope, new(40_960), 40), "");
        return PerUser() with
        {
            Run = Run("registry", plateaus, judgement, ledger, 0, "passed", new(40, 40, 0), 16.2),
            Judgement = judgement,
            Attribution = Attribution(ledger,
                new SampledScope(new(5_900_000), new(1_530_000), 57, [new("byte[]", new(5_900_000), 57)])),
            Timeline = Ticks(plateaus, 16.2),
            Projections = [new(TimeSpan.FromSeconds(1.4), 40, Bytes.FromMiB(18.9), Bytes.FromMiB(17.4),
                Bytes.FromMiB(20.6), 1_204)],
            Collections = new([9, 2, 8], TimeSpan.FromMilliseconds(1.2), TimeSpan.FromMilliseconds(9.3)),
            Cage = new CageReading(null, Bytes.FromMiB(23.1), null, 0, null),
            ExitCode = 0,
        };
    }

    /// <summary>The shared story where a task keeps some of what it reads: it ends before that matters.</summary>
    public static ProfileResult Leaking()
    {
        var leak = new Leak(0.18 * 1048576, 0.2 * 1048576, 0.23 * 1048576, TimeSpan.FromSeconds(9.6));
        var growth = new Growth(40, TimeSpan.FromSeconds(15.9), leak, Bytes.FromMiB(18.4),
            Bytes.FromMiB(1.9), Bytes.FromMiB(1.8), [(5, Bytes.FromMiB(2.2)), (6, Bytes.FromMiB(0.2))]);
        var shared = Shared();
        var task = shared.Attribution.Single(static line => line.Row.Scope.Id == 5).Row.Scope;
        return shared with
        {
            Judgement = shared.Judgement with
            {
                Leak = new LeakFinding(growth, Limit, task),
                WatchedForLeaks = leak.Span,
            },
        };
    }

    /// <summary>
    /// A run that was killed before its first user, by an agent that was only attached to: nearly nothing is known.
    /// </summary>
    public static ProfileResult Killed() => PerUser() with
    {
        Run = Shared().Run with
        {
            Headline = "the agent died",
            Verdict = "The agent ended without a last record: killed by the kernel.",
            ExitCode = 137,
            Users = new(40, 0, 0),
            Requests = RequestSummary.Of(new Dictionary<int, RequestStats>(), _ => "", TimeSpan.Zero),
            Iterations = [],
            Ledger = [],
            Options = [],
            Memory = new(null, "nothing sets one", null, Bytes.FromMiB(6), true, 0, [], null),
        },
        Judgement =
            new(LeanLoad.Memory.Verdict.NotKnown("not enough data: 0 plateaus with users, 2 are needed"), null, ""),
        Attribution = [],
        Timeline = [],
        Projections = [],
        Collections = new([0, 0, 0], null, TimeSpan.Zero),
        Session = new(SessionEndReason.BrokenOff, 12, "end of stream"),
        Cage = null,
        CageLimit = null,
        Agent = null,
        Machine = null,
        SymbolProblem = "the file has no symbol table",
        ExitCode = 137,
    };

    /// <summary>With one request more, named as nobody should be able to.</summary>
    public static ProfileResult WithRequest(this ProfileResult result, string name, string example)
    {
        var stats = new RequestStats();
        stats.Record(1_000, 1_000, 1, FailureKind.Malformed);
        stats.AddExample(FailureKind.Malformed, example);
        var requests =
            RequestSummary.Of(new Dictionary<int, RequestStats> { [1] = stats }, _ => name, TimeSpan.FromSeconds(1));
        return result with { Run = result.Run with { Requests = requests, Scenario = name } };
    }

    static RunResult Run(
        string scenario, List<Plateau> plateaus, Judgement judgement, LedgerRow[] ledger, int exitCode, string headline,
        UserCounts users, double seconds)
    {
        var random = new Random(7);
        var stats = new SortedDictionary<int, RequestStats>();
        string[] names = ["GET /v2/", "GET /token", "GET /v2/{repository}/manifests/{tag}",
            "GET /v2/{repository}/manifests/{digest}", "GET /v2/{repository}/blobs/{digest}"];
        for (var i = 0; i < seconds * users.Started * 4; i++)
        {
            if (!stats.TryGetValue(i % 5, out var row)) stats.Add(i % 5, row = new());
            var us = (long)(700 + 500 * (1 + i % 5) * -Math.Log(1 - random.NextDouble()));
            row.Record(us, us, 512 * (1 + i % 5), FailureKind.None);
        }

        stats[4].Record(10_000_000, 10_000_000, 0, FailureKind.Timeout);
        stats[4].AddExample(FailureKind.Timeout, "no response within 10 s");
        var ramp = TimeSpan.FromSeconds(Math.Min(seconds - 0.6, 6));
        var peak = plateaus[^1].Reading.Unreclaimable + Bytes.FromMiB(1.9);
        var projected = judgement.Projection!;
        return new()
        {
            Scenario = scenario,
            AgentVersion = "0.1.0",
            StartedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Elapsed = TimeSpan.FromSeconds(seconds),
            LoadTime = TimeSpan.FromSeconds(seconds - 0.3),
            Phases =
            [
                new(RunPhase.Starting, TimeSpan.Zero, TimeSpan.FromMilliseconds(21)),
                new(RunPhase.Bootstrap, TimeSpan.FromMilliseconds(21), TimeSpan.FromSeconds(0.25)),
                new(RunPhase.Ramp, TimeSpan.FromSeconds(0.27), ramp),
                new(RunPhase.Steady, TimeSpan.FromSeconds(0.27) + ramp, TimeSpan.FromSeconds(seconds - 0.33) - ramp),
                new(RunPhase.Ended, TimeSpan.FromSeconds(seconds), TimeSpan.Zero),
            ],
            Users = users,
            Requests = RequestSummary.Of(stats, id => names[id], TimeSpan.FromSeconds(seconds - 0.3)),
            Iterations = [IterationRow.Of(ledger[2].Scope.Name, Iterations(150)),
                IterationRow.Of(ledger[3].Scope.Name, Iterations(48))],
            Memory = new(Limit, "memory cgroup /leanload/demo (v1)", Limit, peak, false, users.Started, plateaus,
                new(plateaus[^1].At, 40, projected.Expected, projected.Lower, projected.Upper,
                    judgement.Verdict.UsersThatFit)),
            Ledger = ledger,
            Warnings = [],
            Headline = headline,
            Verdict = $"The peak was {peak} of {Limit}, with {users.Started} users running.",
            ExitCode = exitCode,
            Options = [new("scenario", scenario), new("users", "40"), new("ramp", "8/s"), new("duration", "10s"),
                new("url", "http://127.0.0.1:40123"), new("image", "demo/app"),
                new("digest", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
                new("seed", "42")],
        };
    }

    static Judgement Judge(List<Plateau> plateaus, ScopeCost cost, string types)
    {
        if (!LeanLoad.Memory.Projection.TryFrom(plateaus, 40, Collector, out var projection, out var missing))
        {
            throw new InvalidOperationException(missing);
        }

        return new(LeanLoad.Memory.Verdict.Of(projection, Limit, [cost]), projection, types);
    }

    static List<Attributed> Attribution(LedgerRow[] ledger, SampledScope first)
    {
        var all = (double)ledger.Sum(row => row.Allocated.Count);
        return [.. ledger.Select((row, index) =>
            new Attributed(row, row.Allocated.Count / all, index == 0 ? first : new(Bytes.Zero, Bytes.Zero, 0, [])))];
    }

    // What is read is never quite on the line: the kernel charges in batches.
    static List<Plateau> Ramp(int[] users, Func<int, double> unreclaimable, Func<int, double> live) =>
        [.. users.Select((count, index) =>
            new Plateau(count, TimeSpan.FromSeconds(0.3 + 3.6 * index / (users.Length - 1)),
                Reading(unreclaimable(count) + 0.12 * (index % 3 - 1), live(count), count)))];

    // Between two plateaus, garbage stands on what was kept at the earlier one.
    static List<Tick> Ticks(List<Plateau> plateaus, double seconds)
    {
        var ticks = new List<Tick>();
        for (var at = 0.25; at <= seconds; at += 0.25)
        {
            var rest = plateaus.Last(one => one == plateaus[0] || one.At.TotalSeconds <= at);
            var garbage = 1.9 + 0.5 * (int)(at * 4 % 3);
            ticks.Add(new()
            {
                At = TimeSpan.FromSeconds(at),
                UsersPlanned = 40,
                UsersRunning = rest.Users,
                Memory = Reading(rest.Reading.Unreclaimable.MiB + garbage, rest.Reading.Live.MiB + garbage, rest.Users),
            });
        }

        return ticks;
    }

    static MemoryReading Reading(double unreclaimable, double live, int users) => new()
    {
        Unreclaimable = Bytes.FromMiB(unreclaimable),
        Live = Bytes.FromMiB(live),
        Kernel = Bytes.FromMiB(1.6 + 0.012 * users),
        Sockets = Bytes.Zero,
        Anonymous = Bytes.FromMiB(unreclaimable - 1.7 - 0.012 * users),
        Limit = Limit,
    };

    static IterationStats Iterations(int count)
    {
        var stats = new IterationStats();
        for (var i = 0; i < count; i++) stats.Record(3_000 + i * 17, failed: i % 100 == 99);
        return stats;
    }
}
