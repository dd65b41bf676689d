using System.Diagnostics;
using LeanLoad.Cli;
using LeanLoad.Control;
using LeanLoad.Diagnostics;
using LeanLoad.Load;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Stats;
using LeanLoad.Users;

namespace LeanLoad;

/// <summary>
/// The load while it runs: lets users in and out, starts the arrivals, opens windows, and takes changes. Of an open
/// model the pool is made first, so that the rests in which memory is read hold up no arrival. On the control thread.
/// </summary>
sealed class RunningLoad
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly AgentOptions options;
    readonly LoopSet loops;
    readonly RunRecorder recorder;
    readonly long beganAt = Stopwatch.GetTimestamp();
    long? arrivalsBeganAt;
    bool isLetGo;
    bool isWarm;
    int changes;
    (WindowKind Kind, int Stage) window;

    public RunningLoad(
        AgentOptions options, LoopSet loops, ScenarioPlan scenario, Population population, RunRecorder recorder)
    {
        (this.options, this.loops, this.recorder) = (options, loops, recorder);
        Population = population;
        Plan = options.Plan;
        isWarm = options.WarmUp is null;
        int[] weights = [.. scenario.Users.Select(static user => user.Class.Weight)];
        loops.Ask(
            loop =>
            {
                if (Plan.IsOpen) loop.UseArrivals(weights, options.WhenBusy);
                // Who shares a number of iterations begins together: or the first would have taken all before the last
                // has come.
                else if (options.Iterations is not null && Plan is { UsersPerSecond: <= 0, Stages: null })
                {
                    loop.CloseGate();
                }
            },
            Patience);
    }

    public Population Population { get; }

    /// <summary>How much load there is to be, live changes included.</summary>
    public LoadPlan Plan { get; private set; }

    /// <summary>Since the load's time 0: the first user, of an open model the first arrival; zero before.</summary>
    public TimeSpan Elapsed =>
        !Plan.IsOpen ? SinceRamp : arrivalsBeganAt is { } at ? Stopwatch.GetElapsedTime(at) : TimeSpan.Zero;

    public bool IsOver
    {
        get
        {
            if (StoppedBy is not null || loops.Run.IsStopping || Elapsed >= Plan.Duration) return true;
            if (loops.Run.IsExhausted && IsIdle()) return true;
            // Nobody is left to do anything: every start failed, or users stopped of their own accord.
            return Population is { IsComplete: true, Present: > 0 }
                && loops.Stopped + loops.Failed >= Population.Admitted;
        }
    }

    /// <summary>Who asked for the end before its time; null: nobody.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>Whether no iteration begins any more.</summary>
    public bool IsStopping { get; private set; }

    public int Epoch => recorder.Windows.Epoch;

    TimeSpan SinceRamp => Stopwatch.GetElapsedTime(beganAt);

    /// <summary>Does what is due now.</summary>
    public void Step()
    {
        if (Population.Step(recorder.Elapsed, SinceRamp)) recorder.Reached(Population);
        if (!isLetGo && Population.IsComplete) LetGo();
        recorder.Windows.CountUsers(loops.Running, recorder.Elapsed);
        if (Plan.IsOpen && !isLetGo) return;
        if (!isWarm && Elapsed >= options.WarmUp)
        {
            isWarm = true;
            Open(CurrentWindow(), isReset: true);
        }
        else if (recorder.Windows.Marks.Count == 0 || CurrentWindow() != window) Open(CurrentWindow(), isReset: false);
    }

    /// <summary>No iteration begins any more.</summary>
    /// <param name="patience">How long a loop that is blocked is waited for.</param>
    public void Stop(TimeSpan patience)
    {
        IsStopping = true;
        recorder.Windows.CountUsers(loops.Running, recorder.Elapsed);
        // What was due until now still begins; from then on nothing does.
        loops.Ask(static loop => loop.Arrivals?.End(), patience);
        loops.Run.Stop();
        loops.Ask(static loop => loop.BeginStop(), patience);
        if (window.Kind != WindowKind.CoolDown) Open((WindowKind.CoolDown, -1), isReset: false);
    }

    /// <summary>From now on so many users; of an open model, so many in the pool.</summary>
    /// <returns>Null, or why not.</returns>
    public string? SetUsers(int users)
    {
        if (Refusal() is { } refused) return refused;
        if (users is < 0 or > ControlCommand.MostUsers)
        {
            return $"{users} users are not from 0 to {ControlCommand.MostUsers}";
        }

        Plan = Plan.WithUsers(users, Population.Present, SinceRamp);
        Population.Follow(Plan);
        return null;
    }

    /// <summary>From now on so many arrivals per second; the model is open.</summary>
    /// <returns>Null, or why not.</returns>
    public string? SetRate(double perSecond)
    {
        if (Refusal() is { } refused) return refused;
        if (!Plan.IsOpen)
        {
            return "the model is closed: users wait for their answers; start the run with --rate to change one";
        }

        if (perSecond is < 0 or > ControlCommand.HighestRate)
        {
            return $"{perSecond:0.#}/s is not from 0 to {ControlCommand.HighestRate:0}/s";
        }

        Plan = Plan with { Arrivals = new LoadCurve(perSecond) };
        if (arrivalsBeganAt is not null) Follow(Stopwatch.GetTimestamp());
        return null;
    }

    /// <summary>A new epoch: what began before is in none of its figures.</summary>
    /// <returns>Null, or why not.</returns>
    public string? Reset()
    {
        if (Refusal() is { } refused) return refused;
        isWarm = true;
        return Open(CurrentWindow(), isReset: true) ? null
            : "a loop is blocked by some code; it begins the epoch when that lets go of it";
    }

    /// <summary>Ends the run in order.</summary>
    /// <param name="who">Who asks.</param>
    /// <returns>Null: it can always be.</returns>
    public string? AskToStop(string who)
    {
        StoppedBy ??= who;
        return null;
    }

    string? Refusal() => IsStopping || StoppedBy is not null ? "the run is stopping" : null;

    /// <summary>The books at one moment of each loop.</summary>
    public Books Books() => loops.ReadBooks(Patience);

    bool Open((WindowKind Kind, int Stage) next, bool isReset)
    {
        window = next;
        return recorder.OpenWindow(next.Kind, isReset);
    }

    /// <summary>Everybody whom there can be is there: who waited for that may begin.</summary>
    void LetGo()
    {
        isLetGo = true;
        recorder.Enter(RunPhase.Steady);
        // What the start has touched of the program is not needed again; before the first arrival, which must not wait
        // for it.
        ProgramPages.LetGo();
        if (Plan.IsOpen)
        {
            arrivalsBeganAt = Stopwatch.GetTimestamp();
            Follow(arrivalsBeganAt.Value);
        }
        else loops.Ask(static loop => loop.OpenGate(), Patience);
    }

    void Follow(long from)
    {
        var endsAt = Plan.Duration is { } duration
            ? arrivalsBeganAt!.Value + (long)(duration.TotalSeconds * Stopwatch.Frequency)
            : long.MaxValue;
        var seed = PoissonAreas.SeedOf(loops.Run.Seed, options.Agent.Index, changes++);
        loops.Ask(
            loop => loop.Arrivals!.Follow(
                new ArrivalPlan(Plan.Arrivals!, from, endsAt, loop.Loop.Index, loops.All.Count,
                    Plan.Spacing == Spacing.Poisson ? new PoissonAreas(seed) : null)),
            Patience);
    }

    (WindowKind, int) CurrentWindow()
    {
        if (!isWarm) return (WindowKind.WarmUp, 0);
        if ((Plan.Arrivals ?? Plan.Stages) is { } shape)
        {
            // A time that a live change shifts has no stages any more: its shape is one level.
            var at = Elapsed;
            return (shape.TrendAt(at) switch
            {
                Trend.Rising => WindowKind.Ramp,
                Trend.Falling => WindowKind.CoolDown,
                _ => WindowKind.Steady
            }, shape.IsSmooth ? 0 : shape.StageAt(at));
        }

        if (Population.Present > Plan.Users) return (WindowKind.CoolDown, 0);
        return (Population.IsComplete ? WindowKind.Steady : WindowKind.Ramp, 0);
    }

    bool IsIdle() => Plan.IsOpen
        ? loops.Books is { InFlight: 0, Late: 0 }
        : Population.Admitted > 0 && loops.Running == 0 && loops.Started == Population.Admitted;
}
