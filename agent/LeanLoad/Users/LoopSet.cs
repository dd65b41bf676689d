using System.Diagnostics;
using LeanLoad.Diagnostics;
using LeanLoad.Http;
using LeanLoad.Loop;
using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Users;

/// <summary>All loops of an agent, each with its users, its HTTP state and its tables.</summary>
sealed class LoopSet : IDisposable
{
    readonly LoopUsers[] loops;

    /// <param name="count">Loops.</param>
    /// <param name="scopes">Scopes of each ledger.</param>
    /// <param name="makePoller">What each loop waits with.</param>
    /// <param name="http">The settings of all requests.</param>
    /// <param name="run">What the users share.</param>
    /// <param name="onFault">Told of what posted code let escape.</param>
    /// <param name="origin">The run's time 0, as a timestamp; 0: now.</param>
    public LoopSet(int count, int scopes, Func<Poller> makePoller, HttpSettings http, SharedRun run,
        Action<EventLoop, Exception> onFault, long origin = 0)
    {
        if (origin == 0) origin = Stopwatch.GetTimestamp();
        var engine = new HttpEngine(http);
        Pages = engine.Pages;
        Run = run;
        loops = new LoopUsers[count];
        for (var index = 0; index < count; index++)
        {
            var loop = new EventLoop(index, scopes, makePoller(), onFault);
            var windows = new WindowTable(origin);
            loops[index] = new LoopUsers(new HttpLoop(loop, engine, new RequestTable(Names, windows)),
                new IterationTable(scopes, windows), run);
            // A profiler that started us listens already: the first instruction of the first loop is to be marked.
            loop.Ledger.IsWatched = LeanLoadEventSource.Log.IsEnabled();
            loop.Start();
        }
    }

    public IReadOnlyList<LoopUsers> All => loops;

    public SharedRun Run { get; }

    /// <summary>Where the engine takes pages for kept bodies from.</summary>
    public PageRoom Pages { get; }

    /// <summary>The names of requests, the same in every loop.</summary>
    public RequestNames Names { get; } = new();

    public int Started => (int)Sum(static loop => loop.Started);

    public int Running => (int)Sum(static loop => loop.Running);

    public int Stopped => (int)Sum(static loop => loop.Stopped);

    public int Failed => (int)Sum(static loop => loop.Failed);

    /// <summary>What connecting took, over all loops. Exact once the loops have ended.</summary>
    public ConnectionStats Connecting()
    {
        var all = new ConnectionStats();
        foreach (var loop in loops) loop.Http.Connecting.AddTo(all);
        return all;
    }

    public int Connections => (int)Sum(static loop => loop.Http.Connections);

    public long Repeats => Sum(static loop => loop.Http.Repeats);

    public int InFlight => (int)Sum(static loop => loop.Http.InFlight);

    public long Iterations => Sum(static loop => loop.Iterations.Iterations);

    public long IterationUs => Sum(static loop => loop.Iterations.TotalUs);

    public long BegunLate => Sum(static loop => loop.Arrivals?.BegunLate ?? 0);

    public long Requests => Sum(static loop => loop.Http.Requests.Requests);

    public long Failures => Sum(static loop => loop.Http.Requests.Failures);

    /// <summary>
    /// What became of the planned iterations, over all loops; of a total that was asked for, the rest counts as late.
    /// </summary>
    public Books Books => Complete(loops.Aggregate(default(Books), static (sum, loop) => sum + loop.Books));

    /// <summary>
    /// The same, each loop's part read by itself between two of its steps, so that they close; as they stand where one
    /// does not answer.
    /// </summary>
    public Books ReadBooks(TimeSpan patience)
    {
        var (gate, books) = (new Lock(), default(Books));
        var isDone = Ask(
            loop =>
            {
                lock (gate) books += loop.Books;
            },
            patience);
        lock (gate) return isDone ? Complete(books) : Books;
    }

    Books Complete(Books books)
    {
        var missing = loops[0].Arrivals is null && Run.Iterations is { } asked ? asked - books.Planned : 0;
        return books with { Planned = books.Planned + missing, Late = books.Late + missing };
    }

    /// <summary>Opens the next window in each loop; call it within a step of the loop.</summary>
    public static void OpenWindow(LoopUsers loop, bool isReset)
    {
        loop.Windows.OpenNext(isReset);
        if (!isReset) return;
        loop.Http.Requests.Clear();
        loop.Iterations.Clear();
    }

    /// <summary>Has each loop do something in a step of its own.</summary>
    /// <returns>Whether all had done it in time; those that had not do it later.</returns>
    public bool Ask(Action<LoopUsers> work, TimeSpan patience)
    {
        var done = new CountdownEvent(loops.Length);
        foreach (var loop in loops)
        {
            new LoopContext(loop.Loop).Post(_ =>
            {
                work(loop);
                done.Signal();
            }, null);
        }

        return done.Wait(patience);
    }

    /// <summary>What each scope was charged, over all loops. Exact once the loops have ended.</summary>
    public (Bytes Allocated, long Entries) Charged(int scope)
    {
        var allocated = Bytes.Zero;
        var entries = 0L;
        foreach (var loop in loops)
        {
            allocated += loop.Loop.Ledger.Allocated(scope);
            entries += loop.Loop.Ledger.Entered(scope);
        }

        return (allocated, entries);
    }

    // Not Enumerable.Sum: it makes an enumerator, and the guard looks here when there may be no memory left to make
    // one.
    long Sum(Func<LoopUsers, long> figure)
    {
        var sum = 0L;
        foreach (var loop in loops) sum += figure(loop);
        return sum;
    }

    /// <summary>Ends the threads. What still runs is abandoned after the patience.</summary>
    public void Stop(TimeSpan patience)
    {
        foreach (var loop in loops) loop.Loop.Stop(patience);
    }

    public void Dispose()
    {
        foreach (var loop in loops) loop.Loop.Dispose();
    }
}
