using System.Diagnostics;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Users;
using Serilog;

namespace LeanLoad.Report;

/// <summary>
/// Tells the record stream what happens: definitions once, phases and warnings as they come, and each second what the loops counted. The loops write
/// their own deltas, between two of their steps; only the control thread calls this.
/// </summary>
sealed class RunRecorder(LoopSet loops, ScenarioPlan scenario, RecordStream records, ILogger log)
{
    /// <summary>A loop that does not answer within this is blocked by some code.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    readonly long startedAt = Stopwatch.GetTimestamp();
    readonly List<PhaseChanged> phases = [];
    readonly List<Warning> warnings = [];
    readonly HashSet<string> warned = [];
    readonly long[] charged = new long[loops.All.Count * scenario.Scopes.Count];
    int toldSessions;

    /// <summary>Since the run started.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(startedAt);

    public IReadOnlyList<Warning> Warnings => warnings;

    public IReadOnlyList<PhaseChanged> Phases => phases;

    public void Define(RunStarted started)
    {
        records.Write(started);
        foreach (var scope in scenario.Scopes) records.Write(new ScopeDefined(scope));
    }

    public void Enter(RunPhase phase)
    {
        var change = new PhaseChanged(Elapsed, phase);
        phases.Add(change);
        records.Write(change);
    }

    /// <summary>Warns, once for each code.</summary>
    public void Warn(string code, string text)
    {
        if (!warned.Add(code)) return;
        var warning = new Warning(Elapsed, code, text);
        warnings.Add(warning);
        records.Write(warning);
        log.Warning("{Warning:l}", text);
    }

    public void Reached(Population population)
    {
        records.Write(new PlateauReached(population.Plateaus[^1]));
        if (population.Projection is not { } projection) return;
        records.Write(new Projected(
            Elapsed, projection.Planned, projection.Expected, projection.Lower, projection.Upper, population.Verdict().UsersThatFit));
    }

    /// <summary>What happened since the last tick.</summary>
    /// <param name="population">How far the ramp is.</param>
    /// <param name="planned">Users planned.</param>
    public void Tick(Population population, int planned)
    {
        var at = Elapsed;
        var isNewSession = records.Sessions != toldSessions;
        toldSessions = records.Sessions;
        if (!loops.Ask(loop => TickLoop(loop, at, isNewSession), Patience)) WarnOfBlockedLoops();
        WarnOfRefusedNames();
        var offLoop = population.Reading.Allocated - loops.All.Aggregate(Bytes.Zero, static (sum, loop) => sum + loop.Loop.ThreadAllocated);
        records.Write(new ScopeCharged(at, ScopeCharged.OffLoop, Scope.OffLoop, offLoop, 0));
        records.Write(new Tick
        {
            At = at,
            UsersPlanned = planned,
            UsersAdmitted = population.Admitted,
            UsersRunning = loops.Running,
            UsersStopped = loops.Stopped,
            UsersFailed = loops.Failed,
            Iterations = loops.Iterations,
            Requests = loops.Requests,
            Failures = loops.Failures,
            InFlight = loops.InFlight,
            Memory = population.TakeHighest(),
        });
    }

    void TickLoop(LoopUsers loop, TimeSpan at, bool isNewSession)
    {
        loop.Loop.Ledger.IsWatched = LeanLoadEventSource.Log.IsEnabled();
        loop.Http.Requests.Tick(at, records);
        loop.Http.Connecting.Tick(at, records);
        loop.Iterations.Tick(at, records);
        loop.Loop.ReadThreadAllocated();
        for (var scope = 0; scope < scenario.Scopes.Count; scope++)
        {
            var allocated = loop.Loop.Ledger.Allocated(scope);
            ref var told = ref charged[loop.Loop.Index * scenario.Scopes.Count + scope];
            if (allocated.Count == told && !isNewSession) continue;
            told = allocated.Count;
            records.Write(new ScopeCharged(at, loop.Loop.Index, scope, allocated, loop.Loop.Ledger.Entered(scope)));
        }
    }

    void WarnOfRefusedNames()
    {
        if (loops.Names.FirstRefused is { } refused)
        {
            Warn("names", $"There are more than {loops.Names.Capacity} request names; \"{refused}\" and every later one count as {Stats.RequestNames.OtherName}. "
                + "Use an interpolated URL, so that its template is the name.");
        }
    }

    void WarnOfBlockedLoops()
    {
        foreach (var loop in loops.All)
        {
            if (loop.Loop.TurnAge < Patience) continue;
            var scope = scenario.Scopes[loop.Loop.Ledger.Current];
            Warn($"blocked {scope.Id}", $"{scope.Name} has blocked loop {loop.Loop.Index} for {loop.Loop.TurnAge.TotalMilliseconds:0} ms; all users on it wait. "
                + "Await instead of blocking, or share the work as a [Bootstrap].");
        }
    }
}
