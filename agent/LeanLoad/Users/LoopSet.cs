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
            var windows = new WindowTable(origin, run.Groups.Count);
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

    /// <summary>Users between the end of their start and the beginning of their stop.</summary>
    public int Running
    {
        get
        {
            var sum = 0;
            for (var group = 0; group < Run.Groups.Count; group++) sum += RunningOf(group);
            return sum;
        }
    }

    public int Stopped => (int)Sum(static loop => loop.Stopped);

    public int Failed => (int)Sum(static loop => loop.Failed);

    public int CutInStart => (int)Sum(static loop => loop.CutInStart);

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

    /// <summary>Arrivals of a group that had to wait for a free user, and then began.</summary>
    public long BegunLate(int group)
    {
        var sum = 0L;
        foreach (var loop in loops) sum += loop.Groups[group].Arrivals?.BegunLate ?? 0;
        return sum;
    }

    public long Requests => Sum(static loop => loop.Http.Requests.Requests);

    public long Failures => Sum(static loop => loop.Http.Requests.Failures);

    /// <summary>
    /// What became of the planned iterations, over all loops and groups; of a total that was asked for, the rest counts
    /// as late.
    /// </summary>
    public Books Books
    {
        get
        {
            var books = default(Books);
            for (var group = 0; group < Run.Groups.Count; group++) books += BooksOf(group);
            return books;
        }
    }

    /// <summary>The same of one group.</summary>
    public Books BooksOf(int group)
    {
        var books = default(Books);
        foreach (var loop in loops) books += loop.Groups[group].Books;
        return Complete(group, books);
    }

    /// <summary>
    /// The same of each group, each loop's part read by itself between two of its steps, so that they close; as they
    /// stand where one does not answer.
    /// </summary>
    public Books[] ReadBooks(TimeSpan patience)
    {
        var (gate, books) = (new Lock(), new Books[Run.Groups.Count]);
        var isDone = Ask(
            loop =>
            {
                lock (gate)
                {
                    for (var group = 0; group < books.Length; group++) books[group] += loop.Groups[group].Books;
                }
            },
            patience);
        lock (gate) return isDone ? [.. books.Select((one, group) => Complete(group, one))] : AllBooks();
    }

    /// <summary>Users of a group that are between the end of their start and the beginning of their stop.</summary>
    public int RunningOf(int group) => Run.Groups[group].Running;

    /// <summary>Users of a group that no longer wait for their start to end.</summary>
    public int StartedOf(int group) => SumOf(group, static users => users.Started);

    /// <summary>Users of a group whose start failed and whose place nobody has given up.</summary>
    public int FailedOf(int group) => SumOf(group, static users => users.FailedThere);

    /// <summary>Users of a group that have come to their end, well or not.</summary>
    public int GoneOf(int group) => SumOf(group, static users => users.Stopped + users.Failed);

    Books[] AllBooks() => [.. Run.Groups.Select((_, group) => BooksOf(group))];

    Books Complete(int group, Books books)
    {
        var isOpen = loops[0].Groups[group].Arrivals is not null;
        var missing = !isOpen && Run.Groups[group].Iterations is { } asked ? asked - books.Planned : 0;
        return books with { Planned = books.Planned + missing, Late = books.Late + missing };
    }

    int SumOf(int group, Func<GroupUsers, int> figure)
    {
        var sum = 0;
        foreach (var loop in loops) sum += figure(loop.Groups[group]);
        return sum;
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
    /// <returns>
    /// Whether all had done it in time. Those that had not do it later, but for one where it threw: that is told by its
    /// loop, and nobody has to wait for it.
    /// </returns>
    public bool Ask(Action<LoopUsers> work, TimeSpan patience)
    {
        var done = new CountdownEvent(loops.Length);
        var hasThrown = false;
        foreach (var loop in loops)
        {
            new LoopContext(loop.Loop).Post(_ =>
            {
                var isDone = false;
                try
                {
                    work(loop);
                    isDone = true;
                }
                finally
                {
                    if (!isDone) Volatile.Write(ref hasThrown, true);
                    done.Signal();
                }
            }, null);
        }

        return done.Wait(patience) && !Volatile.Read(ref hasThrown);
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
