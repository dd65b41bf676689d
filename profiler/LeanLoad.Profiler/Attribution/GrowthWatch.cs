using LeanLoad.Diagnostics;
using LeanLoad.Memory;

namespace LeanLoad.Profiler.Attribution;

/// <summary>
/// Looks for growth in every stretch of a run in which the users stay the same, however many there are: the agent has
/// the stretch that it is in, and that only with all users. Bounded: the agent's own watch, and 64 states of the ledger
/// over the stretch.
/// </summary>
sealed class GrowthWatch
{
    const int MostStates = 64;

    readonly LeakWatch watch = new();
    readonly List<State> states = [];
    TimeSpan every = TimeSpan.FromSeconds(1);
    int users;
    State last;
    Growth? ended;

    /// <summary>
    /// What grew; of several stretches, where the most was added for certain. Null where nothing did.
    /// </summary>
    public Growth? Found => Most(ended, Current());

    /// <summary>The longest stretch so far; zero where the agent does not tell what is kept.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Takes a second.</summary>
    /// <param name="tick">With what is kept, or without: then nothing is known.</param>
    /// <param name="charged">The ledger by then.</param>
    public void Add(in Tick tick, IEnumerable<ScopeCharged> charged)
    {
        var isSteady = tick.UsersRunning > 0
            && tick.UsersAdmitted - tick.UsersStopped - tick.UsersFailed == tick.UsersRunning;
        if (!isSteady || tick.UsersRunning != users) End();
        if (!isSteady || tick.Kept is not { } kept) return;
        users = tick.UsersRunning;
        watch.Look(tick.At, users, kept);
        if (watch.Watched > Longest) Longest = watch.Watched;
        last = State.Of(tick.At, kept, charged);
        if (states.Count > 0 && tick.At - states[^1].At < every * 0.9) return;
        if (states.Count == MostStates) Halve();
        states.Add(last);
    }

    void End()
    {
        ended = Found;
        watch.Reset();
        states.Clear();
        (every, users) = (TimeSpan.FromSeconds(1), 0);
    }

    void Halve()
    {
        for (var index = 0; index < MostStates / 2; index++) states[index] = states[index * 2];
        states.RemoveRange(MostStates / 2, MostStates / 2);
        every *= 2;
    }

    Growth? Current()
    {
        if (watch.Leak is not { } leak) return null;
        var since = last.At - leak.Span;
        var then = states.FindLast(state => state.At <= since) is { Allocated: not null } known ? known : states[0];
        return new Growth(users, last.At, leak, last.Kept.Amount,
            last.Kept.Amount - then.Kept.Amount, last.Kept.Managed - then.Kept.Managed,
        [
            .. last.Allocated.Select(row => (row.Key, row.Value - then.Allocated.GetValueOrDefault(row.Key)))
                .Where(static row => row.Item2 > Bytes.Zero).OrderByDescending(static row => row.Item2),
        ]);
    }

    static Growth? Most(Growth? one, Growth? other) =>
        one is null || other?.Leak.LeastAfter(other.Leak.Span) > one.Leak.LeastAfter(one.Leak.Span) ? other : one;

    /// <summary>What was kept, and what each scope had allocated.</summary>
    readonly record struct State(TimeSpan At, Kept Kept, Dictionary<int, Bytes> Allocated)
    {
        public static State Of(TimeSpan at, Kept kept, IEnumerable<ScopeCharged> charged)
        {
            var allocated = new Dictionary<int, Bytes>();
            foreach (var charge in charged)
            {
                allocated[charge.Scope] = allocated.GetValueOrDefault(charge.Scope) + charge.Allocated;
            }

            return new State(at, kept, allocated);
        }
    }
}
