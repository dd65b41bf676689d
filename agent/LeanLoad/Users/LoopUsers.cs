using LeanLoad.Http;
using LeanLoad.Loop;
using LeanLoad.Stats;

namespace LeanLoad.Users;

/// <summary>
/// The users of one loop, group by group. All but the counts is for the loop's thread; other threads post to it.
/// </summary>
sealed class LoopUsers
{
    readonly GroupUsers[] groups;

    /// <param name="http">The loop and its HTTP state.</param>
    /// <param name="iterations">Where iterations are counted.</param>
    /// <param name="run">What the users of all loops share.</param>
    public LoopUsers(HttpLoop http, IterationTable iterations, SharedRun run)
    {
        (Http, Loop, Iterations, Run) = (http, http.Loop, iterations, run);
        groups = [.. run.Groups.Select((_, index) => new GroupUsers(this, index))];
    }

    public EventLoop Loop { get; }

    public HttpLoop Http { get; }

    public IterationTable Iterations { get; }

    public SharedRun Run { get; }

    /// <summary>One for each group of the run.</summary>
    public IReadOnlyList<GroupUsers> Groups => groups;

    /// <summary>The windows of the run, as this loop counts them.</summary>
    public WindowTable Windows => Iterations.Windows;

    /// <summary>
    /// How late iterations began that the generator itself is late with: pauses that ended, arrivals with a free user.
    /// In microseconds.
    /// </summary>
    public LatencyHistogram Slip { get; } = new(reservedUs: 1_000_000);

    public int Stopped => Sum(static group => group.Stopped);

    public int Failed => Sum(static group => group.Failed);

    public int CutInStart => Sum(static group => group.CutInStart);

    public int Started => Sum(static group => group.Started);

    /// <summary>The generator's own lateness counts from now on: an epoch begins.</summary>
    public void BeginMeasuring()
    {
        Slip.Reset();
        Loop.Turns.Reset();
    }

    public void Admit(UserPlan plan, int index, Supplies supplies) => groups[plan.Group].Admit(plan, index, supplies);

    /// <summary>Gives up so many places of a class: of users that have gone, then of those that are free.</summary>
    public void Release(UserPlan plan, int count) => groups[plan.Group].Release(plan, count);

    /// <summary>No further iteration begins: those who pause are woken to stop.</summary>
    public void BeginStop()
    {
        foreach (var group in groups) group.BeginStop();
    }

    /// <summary>No arrival comes any more after what is due by now.</summary>
    public void EndArrivals()
    {
        foreach (var group in groups) group.Arrivals?.End();
    }

    /// <summary>Ends what is in flight: the requests fail as cut.</summary>
    public void Cut()
    {
        foreach (var group in groups) group.Cut();
    }

    /// <summary>Lets the loop wait for the arrivals that there are.</summary>
    internal void SetPace()
    {
        Arrivals[] arrivals = [.. groups.Select(static group => group.Arrivals).OfType<Arrivals>()];
        Loop.Pace = arrivals is [var only] ? only.Release : now => ReleaseAll(arrivals, now);
    }

    static long ReleaseAll(Arrivals[] arrivals, long now)
    {
        var next = long.MaxValue;
        foreach (var one in arrivals) next = Math.Min(next, one.Release(now));
        return next;
    }

    // Not Enumerable.Sum: it makes an enumerator, and the guard looks here when there may be no memory left to make
    // one.
    int Sum(Func<GroupUsers, int> figure)
    {
        var sum = 0;
        foreach (var group in groups) sum += figure(group);
        return sum;
    }
}
