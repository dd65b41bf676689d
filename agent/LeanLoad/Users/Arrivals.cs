using System.Diagnostics;
using LeanLoad.Load;
using LeanLoad.Stats;

namespace LeanLoad.Users;

/// <summary>
/// One loop's arrivals for a group with an open model: each is due by the plan, whatever was answered, and taken by a
/// free user of the group. For the loop's thread; what it counts is read by others.
/// </summary>
sealed class Arrivals
{
    readonly GroupUsers users;
    readonly WhenBusy policy;
    readonly DueQueue waiting = new();
    readonly List<UserRunner>[] free;
    readonly ClassMix mix;
    readonly Func<int, bool> hasFree;
    ArrivalPlan? plan;
    long next;
    long nextDueAt = long.MaxValue;
    long planned;
    long dropped;
    long begunLate;

    /// <param name="users">Whose.</param>
    /// <param name="weights">Of the group's user classes.</param>
    /// <param name="policy">What becomes of an arrival while no user is free.</param>
    public Arrivals(GroupUsers users, IReadOnlyList<int> weights, WhenBusy policy)
    {
        (this.users, this.policy) = (users, policy);
        free = [.. weights.Select(static _ => new List<UserRunner>())];
        mix = new ClassMix(weights);
        hasFree = index => free[index].Count > 0;
    }

    /// <summary>Arrivals that were due so far.</summary>
    public long Planned => Volatile.Read(ref planned);

    /// <summary>Those that nobody took and that do not wait.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    /// <summary>Those that wait for a free user.</summary>
    public long Waiting => waiting.Count;

    /// <summary>Those that had to wait for a free user, and then began.</summary>
    public long BegunLate => Volatile.Read(ref begunLate);

    /// <summary>Goes on by another plan; what was due by the one before is still taken.</summary>
    public void Follow(ArrivalPlan plan)
    {
        Release(Stopwatch.GetTimestamp());
        (this.plan, next, nextDueAt) = (plan, 0, plan.DueAt(0));
    }

    /// <summary>No arrival comes any more after what is due by now.</summary>
    public void End()
    {
        Release(Stopwatch.GetTimestamp());
        nextDueAt = long.MaxValue;
        foreach (var list in free) list.Clear();
    }

    /// <summary>Lets begin, wait or drop what is due.</summary>
    /// <returns>When the next is due.</returns>
    public long Release(long now)
    {
        while (nextDueAt <= now)
        {
            if (!users.Run.TryTakeArrival())
            {
                nextDueAt = long.MaxValue;
                break;
            }

            planned++;
            var dueAt = nextDueAt;
            // Before anybody begins: a user's code may end the run, and this with it.
            nextDueAt = plan!.DueAt(++next);
            Take(dueAt);
        }

        return nextDueAt;
    }

    /// <summary>The longest waiting arrival, for a user that is free; false where none waits.</summary>
    public bool TryTakeWaiting(out long dueAt)
    {
        dueAt = 0;
        if (waiting.Count == 0) return false;
        dueAt = waiting.Take();
        begunLate++;
        return true;
    }

    /// <summary>A user waits for its next arrival.</summary>
    public void AddFree(UserRunner runner) => free[runner.Plan.Place].Add(runner);

    /// <summary>Takes a user of one of the group's classes out of those that are free; null where none is.</summary>
    public UserRunner? TakeFree(int userClass)
    {
        var list = free[userClass];
        if (list.Count == 0) return null;
        // The last come: its connection is the warmest, and those of users that are never needed are never opened.
        var runner = list[^1];
        list.RemoveAt(list.Count - 1);
        return runner;
    }

    void Take(long dueAt)
    {
        // Once the run stops, what is due begins no more.
        if (waiting.Count == 0 && !users.Run.IsStopping && mix.Next(hasFree) is >= 0 and var userClass)
        {
            var runner = TakeFree(userClass)!;
            users.Slip.Record(Micros.Between(dueAt, Stopwatch.GetTimestamp()));
            runner.BeginDue(dueAt);
        }
        else if (policy == WhenBusy.Late && !waiting.IsFull) waiting.Add(dueAt);
        else dropped++;
    }
}
