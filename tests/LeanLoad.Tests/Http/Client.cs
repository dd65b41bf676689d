using LeanLoad.Http;
using LeanLoad.Loop;
using LeanLoad.Memory;
using LeanLoad.Stats;
using LeanLoad.Tests.Loop;

namespace LeanLoad.Tests.Http;

/// <summary>A user's session on a loop of its own.</summary>
sealed class Client : IDisposable
{
    readonly RunningLoop running;
    readonly LoopContext context;

    public Client(Uri? url, PollerChoice choice = PollerChoice.Epoll, TimeSpan? timeout = null,
        Func<HttpSettings, HttpSettings>? adjust = null)
    {
        running = new RunningLoop(choice, scopes: 4);
        var settings = new HttpSettings { BaseUrl = url, Timeout = timeout ?? TimeSpan.FromSeconds(10) };
        Loop =
            new HttpLoop(running.Loop, new HttpEngine(adjust?.Invoke(settings) ?? settings), new RequestTable(Names));
        context = new LoopContext(running.Loop) { Scope = 3 };
        Session = new HttpSession(Loop, context);
    }

    public RequestNames Names { get; } = new();

    public HttpLoop Loop { get; }

    public HttpSession Session { get; }

    /// <summary>Runs a user's code on the loop, in the user's context.</summary>
    public Task<T> Run<T>(Func<HttpSession, Task<T>> code) => running.RunAsync(() => code(Session), context);

    /// <summary>Runs the code of another user on the same loop.</summary>
    public Task<T> RunOther<T>(Func<HttpSession, Task<T>> code)
    {
        var other = new LoopContext(running.Loop) { Scope = 3 };
        return running.RunAsync(() => code(new HttpSession(Loop, other)), other);
    }

    public T Ask<T>(Func<HttpLoop, T> read) => running.Ask(_ => read(Loop));

    /// <summary>One GET, and what came of it.</summary>
    public Task<Seen> Get(string url = "/", Keep keep = Keep.Body) =>
        Run(async http => See(await http.Get(url, keep: keep), keep));

    /// <summary>
    /// What requests allocate on their loop, the least of four rounds: what the runtime makes after a collection, which
    /// another test may bring about, is not the engine's.
    /// </summary>
    /// <param name="requests">Of each round.</param>
    /// <param name="isPost">Whether they have a body.</param>
    public Task<long> LeastAllocated(int requests, bool isPost) => Run(async http =>
    {
        var least = long.MaxValue;
        for (var round = 0; round < 4; round++)
        {
            // A histogram grows with the magnitudes of times it has seen, not with requests: it has seen all of them.
            FillHistograms();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var count = 0; count < requests; count++)
            {
                var response = isPost ? await http.Post($"/orders/{count}", "{\"a\":1}"u8)
                    : await http.Get($"/items/{count}");
                if (!response.Check(200)) throw new InvalidOperationException(response.Failure.ToString());
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    });

    public static Seen See(HttpResponse response, Keep keep) => new(
        response.Status, response.Failure, response.BodyLength,
        keep == Keep.Body ? System.Text.Encoding.Latin1.GetString(response.Body) : "");

    /// <summary>The first example of a failure of any request.</summary>
    public string? Example(FailureKind kind) => Ask(loop =>
    {
        var report = new SortedDictionary<int, RequestStats>();
        loop.Requests.AddTo(report);
        return report.Values.Select(row => row.ExampleOf(kind)).FirstOrDefault(static text => text is not null);
    });

    /// <summary>All requests together.</summary>
    public RequestStats Row() => Ask(static loop =>
    {
        var report = new SortedDictionary<int, RequestStats>();
        loop.Requests.AddTo(report);
        var all = new RequestStats();
        foreach (var row in report.Values) all.Merge(row);
        return all;
    });

    /// <summary>
    /// Brings every histogram of every name, each with all of its pages: a response that comes in two pieces, or late,
    /// makes none any more. For the loop's thread.
    /// </summary>
    public void FillHistograms()
    {
        for (var id = 0; id < Loop.Requests.Names.Count; id++)
        {
            for (var us = 1L; us < 60_000_000; us += us)
            {
                Loop.Requests.Record(id, us + 2, us + 1, us, 0, FailureKind.None);
            }
        }
    }

    public Bytes EngineAllocated() => running.Ask(static loop =>
    {
        loop.ReadThreadAllocated();
        return loop.Ledger.Allocated(Scope.Engine) + loop.Ledger.Allocated(3);
    });

    public void Dispose()
    {
        running.Ask(_ =>
        {
            Session.Close();
            return 0;
        });
        running.Dispose();
    }
}

/// <summary>A response, copied out of its buffers.</summary>
sealed record Seen(int Status, FailureKind Failure, long BodyLength, string Body);
