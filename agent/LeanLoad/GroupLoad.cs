using System.Diagnostics;
using LeanLoad.Control;
using LeanLoad.Diagnostics;
using LeanLoad.Load;
using LeanLoad.Users;

namespace LeanLoad;

/// <summary>
/// The load of one group of users while it runs: starts its arrivals, opens its gate, takes changes, and ends it. On
/// the control thread.
/// </summary>
sealed class GroupLoad
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly LoopSet loops;
    readonly UserGroup group;
    readonly Population population;
    readonly Roster roster;
    readonly int agent;
    long? beganAt;
    TimeSpan? overAt;
    bool isLetGo;
    bool isCut;
    int changes;

    /// <param name="loops">Where its users run.</param>
    /// <param name="group">Whose load it is.</param>
    /// <param name="population">Who lets them in.</param>
    /// <param name="agent">Which agent of a fleet this is, from 0.</param>
    public GroupLoad(LoopSet loops, UserGroup group, Population population, int agent)
    {
        (this.loops, this.group, this.population, this.agent) = (loops, group, population, agent);
        roster = population.Rosters[group.Index];
        loops.Ask(
            loop =>
            {
                if (Plan.IsOpen) loop.Groups[group.Index].UseArrivals(group.Weights, Plan.WhenBusy);
                // Who shares a number of iterations begins together: or the first would have taken all before the last
                // has come.
                else if (Plan is { Iterations: not null, UsersPerSecond: <= 0, Stages: null })
                {
                    loop.Groups[group.Index].CloseGate();
                }
            },
            Patience);
    }

    public UserGroup Group => group;

    /// <summary>How much load there is to be, live changes included.</summary>
    public LoadPlan Plan => roster.Plan;

    /// <summary>Users let in and not released.</summary>
    public int Present => roster.Present;

    /// <summary>Users between the end of their start and the beginning of their stop.</summary>
    public int Running => loops.RunningOf(group.Index);

    /// <summary>Users that are asked for now: of stages by how far they are, of a ramp all that it leads to.</summary>
    /// <param name="load">Since the load's time 0.</param>
    public int UsersAt(TimeSpan load) => Plan.Stages is null ? Plan.Users : Plan.UsersDueAt(Since(load));

    /// <summary>Arrivals per second that are asked for now; null: the model is closed.</summary>
    /// <param name="load">Since the load's time 0.</param>
    public double? RateAt(TimeSpan load) => Plan.Arrivals?.LevelAt(Since(load));

    /// <summary>Whether there is nothing left to do for it.</summary>
    /// <param name="load">Since the load's time 0; null before.</param>
    public bool IsOverAt(TimeSpan? load)
    {
        if (overAt is not null || load >= Plan.Ends) return true;
        if (loops.Run.Groups[group.Index].IsExhausted && IsIdle()) return true;
        // Nobody is left to do anything: every start failed, or users stopped of their own accord.
        return roster.Present > 0 && population.IsCompleteIn(roster) && roster.IsGone;
    }

    /// <summary>The load's time 0 has come: arrivals are due from then on.</summary>
    /// <param name="timestamp">When that is.</param>
    public void Begin(long timestamp)
    {
        beganAt = timestamp + TicksOf(Plan.After);
        // One that was stopped before its time has none.
        if (Plan.IsOpen && overAt is null) Follow(beganAt.Value);
    }

    /// <summary>Lets those begin who waited for each other.</summary>
    public void LetGo()
    {
        if (isLetGo || !population.IsCompleteIn(roster) || roster.Admitted == 0) return;
        isLetGo = true;
        if (!Plan.IsOpen) loops.Ask(loop => loop.Groups[group.Index].OpenGate(), Patience);
    }

    /// <summary>Ends it while others go on: no iteration begins any more.</summary>
    /// <param name="load">Since the load's time 0.</param>
    public void End(TimeSpan load)
    {
        if (overAt is not null) return;
        overAt = load;
        roster.Close();
        loops.Ask(loop => loop.Groups[group.Index].Arrivals?.End(), Patience);
        loops.Run.Groups[group.Index].End(load);
        loops.Ask(loop => loop.Groups[group.Index].BeginStop(), Patience);
    }

    /// <summary>Cuts what is in flight once it has had its time.</summary>
    /// <param name="load">Since the load's time 0.</param>
    /// <param name="patience">What it has.</param>
    public void CutWhatIsLate(TimeSpan load, TimeSpan patience)
    {
        if (isCut || overAt is not { } at || roster.IsGone || load - at < patience) return;
        isCut = true;
        loops.Ask(loop => loop.Groups[group.Index].Cut(), Patience);
    }

    /// <summary>From now on so many users; of an open model, so many in the pool.</summary>
    /// <param name="users">How many.</param>
    /// <param name="ramp">Since the ramp of the pools began.</param>
    /// <param name="load">Since the load's time 0; null before.</param>
    /// <returns>Null, or why not.</returns>
    public string? SetUsers(int users, TimeSpan ramp, TimeSpan? load)
    {
        if (overAt is not null) return IsOverText;
        if (users is < 0 or > ControlCommand.MostUsers)
        {
            return $"{users} users are not from 0 to {ControlCommand.MostUsers}";
        }

        var at = Plan.IsOpen ? ramp : Since(load ?? TimeSpan.Zero);
        population.Follow(roster, Plan.WithUsers(users, roster.Present, at));
        return null;
    }

    /// <summary>From now on so many arrivals per second; the model is open.</summary>
    /// <returns>Null, or why not.</returns>
    public string? SetRate(double perSecond)
    {
        if (overAt is not null) return IsOverText;
        if (!Plan.IsOpen)
        {
            return "the model is closed: users wait for their answers; give it a rate from the start to change one";
        }

        if (perSecond is < 0 or > ControlCommand.HighestRate)
        {
            return $"{perSecond:0.#}/s is not from 0 to {ControlCommand.HighestRate:0}/s";
        }

        roster.Plan = Plan with { Arrivals = new LoadCurve(perSecond) };
        if (beganAt is { } began) Follow(Math.Max(began, Stopwatch.GetTimestamp()));
        return null;
    }

    /// <summary>What goes on in it now; null where it is to come, or gone.</summary>
    /// <param name="load">Since the load's time 0.</param>
    public (WindowKind Kind, int Stage)? WindowAt(TimeSpan load)
    {
        if (overAt is not null) return roster.IsGone ? null : (WindowKind.CoolDown, 0);
        if (load < Plan.After) return null;
        if ((Plan.Arrivals ?? Plan.Stages) is { } shape)
        {
            // A time that a live change shifts has no stages any more: its shape is one level.
            var at = Since(load);
            return (shape.TrendAt(at) switch
            {
                Trend.Rising => WindowKind.Ramp,
                Trend.Falling => WindowKind.CoolDown,
                _ => WindowKind.Steady
            }, shape.IsSmooth ? 0 : shape.StageAt(at));
        }

        if (roster.Present > Plan.Users) return (WindowKind.CoolDown, 0);
        return (population.IsCompleteIn(roster) ? WindowKind.Steady : WindowKind.Ramp, 0);
    }

    /// <summary>Its state in a word: <c>to come</c>, <c>running</c>, <c>stopping</c>, <c>over</c>.</summary>
    /// <param name="load">Since the load's time 0.</param>
    public string StateAt(TimeSpan load) => overAt is not null ? roster.IsGone ? "over" : "stopping"
        : load < Plan.After ? "to come" : "running";

    string IsOverText => $"the scenario {group.Name} is over";

    TimeSpan Since(TimeSpan load) => load > Plan.After ? load - Plan.After : TimeSpan.Zero;

    void Follow(long from)
    {
        var endsAt = Plan.Duration is { } duration ? beganAt!.Value + TicksOf(duration) : long.MaxValue;
        var seed = PoissonAreas.SeedOf(loops.Run.Seed, agent, group.Index + population.Rosters.Count * changes++);
        loops.Ask(
            loop => loop.Groups[group.Index].Arrivals!.Follow(
                new ArrivalPlan(Plan.Arrivals!, from, endsAt, loop.Loop.Index, loops.All.Count,
                    Plan.Spacing == Spacing.Poisson ? new PoissonAreas(seed) : null)),
            Patience);
    }

    bool IsIdle() => Plan.IsOpen
        ? loops.BooksOf(group.Index) is { InFlight: 0, Late: 0 }
        : roster.Admitted > 0 && Running == 0 && roster.Starting == 0;

    static long TicksOf(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
