using System.Diagnostics;
using LeanLoad.Cli;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Users;
using Serilog;

namespace LeanLoad;

/// <summary>
/// The end of all users: no iteration begins any more, those that run get their time, then they are cut.
/// </summary>
/// <param name="options">What was asked for.</param>
/// <param name="loops">Where users run.</param>
/// <param name="load">Their load.</param>
/// <param name="control">Who answers commands meanwhile, also that the run is stopping.</param>
/// <param name="judge">Who looks at memory: users that finish may still take some.</param>
/// <param name="signal">A person in a hurry.</param>
/// <param name="recorder">Who is told.</param>
/// <param name="log">Where people are told.</param>
sealed class UsersEnd(
    AgentOptions options, LoopSet loops, RunningLoad load, LiveControl control, RunJudge judge, StopSignal signal,
    RunRecorder recorder, ILogger log)
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    readonly Population population = load.Population;
    Outcome? outcome;

    /// <summary>Stops them.</summary>
    /// <param name="reason">What ended the run; null: nothing did but its plan.</param>
    /// <returns>The same, or what has ended it since.</returns>
    public Outcome? Run(Outcome? reason)
    {
        outcome = reason;
        if (outcome.IsOverMemory() && population.Decision.Tier == Tier.Wall)
        {
            loops.Run.Stop();
            Spared.Do(() => loops.Ask(static loop => loop.Cut(), Brief(TimeSpan.FromSeconds(1))));
        }

        Spared.Do(() => recorder.Enter(RunPhase.Stopping));
        Spared.Do(() => load.Stop(Brief(TimeSpan.FromSeconds(1))));
        if (loops.InFlight > 0 || loops.Running > 0)
        {
            log.Information("Waiting up to {Patience} s for what is in flight", Patience.TotalSeconds);
        }

        Await(Patience, isCut: false);
        loops.Ask(static loop => loop.Cut(), Brief(TimeSpan.FromSeconds(1)));
        // User code that awaits something else than a request can't be cut; it is left behind.
        Await(Brief(TimeSpan.FromSeconds(1)), isCut: true);
        control.Close();
        population.Look();
        if (loops.Repeats > 0)
        {
            recorder.Warn("repeats",
                $"{loops.Repeats} requests met a connection that the server had just closed, and were sent again on "
                + "a fresh one.");
        }

        recorder.Tick(population);
        return outcome;
    }

    /// <summary>
    /// Where memory is what ended the run, there is no time to lose: what is in flight would only need more of it.
    /// </summary>
    TimeSpan Patience => !outcome.IsOverMemory() ? options.StopTimeout
        : population.Decision.Tier == Tier.Wall ? TimeSpan.Zero
        : TimeSpan.FromMilliseconds(Math.Min(500, options.StopTimeout.TotalMilliseconds));

    TimeSpan Brief(TimeSpan usual) => outcome.IsOverMemory() ? usual / 4 : usual;

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
