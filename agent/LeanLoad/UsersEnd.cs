using System.Diagnostics;
using LeanLoad.Cli;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Users;
using Serilog;

namespace LeanLoad;

/// <summary>
/// The end of all users: no iteration begins any more, those that run get their time, then they are cut. A step that is
/// refused memory is left out, and those after it are done.
/// </summary>
sealed class UsersEnd
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    readonly AgentOptions options;
    readonly LoopSet loops;
    readonly RunningLoad load;
    readonly LiveControl control;
    readonly RunJudge judge;
    readonly StopSignal signal;
    readonly RunRecorder recorder;
    readonly ILogger log;
    readonly Population population;
    readonly Action[] steps;
    Outcome? outcome;

    /// <param name="options">What was asked for.</param>
    /// <param name="loops">Where users run.</param>
    /// <param name="load">Their load.</param>
    /// <param name="control">Who answers commands meanwhile, also that the run is stopping.</param>
    /// <param name="judge">Who looks at memory: users that finish may still take some.</param>
    /// <param name="signal">A person in a hurry.</param>
    /// <param name="recorder">Who is told.</param>
    /// <param name="log">Where people are told.</param>
    public UsersEnd(
        AgentOptions options, LoopSet loops, RunningLoad load, LiveControl control, RunJudge judge, StopSignal signal,
        RunRecorder recorder, ILogger log)
    {
        (this.options, this.loops, this.load, this.control) = (options, loops, load, control);
        (this.judge, this.signal, this.recorder, this.log) = (judge, signal, recorder, log);
        population = load.Population;
        steps = [CutAtTheWall, EnterStopping, StopLoad, AwaitInTime, Cut, AwaitCut, control.Close, Tell];
    }

    /// <summary>Stops them.</summary>
    /// <param name="reason">What ended the run; null: nothing did but its plan.</param>
    /// <returns>The same, or what has ended it since.</returns>
    public Outcome? Run(Outcome? reason)
    {
        outcome = reason;
        foreach (var step in steps)
        {
            if (!Spared.Do(step)) loops.Run.OnOutOfMemory("the agent");
        }

        return outcome;
    }

    void CutAtTheWall()
    {
        if (!IsAtTheWall) return;
        loops.Run.Stop();
        Cut();
    }

    void EnterStopping() => recorder.Enter(RunPhase.Stopping);

    void StopLoad() => load.Stop(Brief);

    void AwaitInTime()
    {
        if (loops.InFlight > 0 || loops.Running > 0)
        {
            log.Information("Waiting up to {Patience} s for what is in flight", Patience.TotalSeconds);
        }

        Await(Patience, isCut: false);
    }

    void Cut() => loops.Ask(static loop => loop.Cut(), Brief);

    // User code that awaits something else than a request can't be cut; it is left behind.
    void AwaitCut() => Await(Brief, isCut: true);

    void Tell()
    {
        population.Look();
        if (loops.Repeats > 0)
        {
            recorder.Warn("repeats",
                $"{Counted.Of(loops.Repeats, "request")} met a connection that the server had just closed, and had "
                + "to be sent again on a fresh one.");
        }

        recorder.Tick(population);
    }

    /// <summary>
    /// Memory was refused, or will be next: to the agent itself, perhaps, before it could say what ended the run.
    /// </summary>
    bool IsAtTheWall => (outcome.IsOverMemory() && population.Decision.Tier == Tier.Wall)
        || (loops.Run.OutOfMemoryAt is not null && options.OverMemory != OverMemory.Ignore);

    /// <summary>
    /// Where memory is what ended the run, there is no time to lose: what is in flight would only need more of it.
    /// </summary>
    TimeSpan Patience => IsAtTheWall ? TimeSpan.Zero : !outcome.IsOverMemory() ? options.StopTimeout
        : TimeSpan.FromMilliseconds(Math.Min(500, options.StopTimeout.TotalMilliseconds));

    TimeSpan Brief => TimeSpan.FromMilliseconds(IsAtTheWall || outcome.IsOverMemory() ? 250 : 1000);

    /// <summary>
    /// Waits until all users have stopped. Those that finish may still take memory: the governor may cut the time
    /// short.
    /// </summary>
    void Await(TimeSpan patience, bool isCut)
    {
        var waited = Stopwatch.StartNew();
        while (loops.Stopped + loops.Failed < population.Admitted && waited.Elapsed < patience)
        {
            if (!isCut && IsHurried()) return;
            control.Wait(Step, CancellationToken.None);
            load.CutWhatIsLate();
            population.Look();
            if (isCut || outcome.IsOverMemory() || judge.OverMemory(population) is not { } over) continue;
            outcome = over;
            return;
        }
    }

    /// <summary>A signal while users stop: the first, or where one had stopped the run already, another.</summary>
    bool IsHurried() => outcome is null ? signal.Token.IsCancellationRequested : signal.IsUrgent;
}
