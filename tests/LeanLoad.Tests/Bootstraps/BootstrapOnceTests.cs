using CsCheck;
using LeanLoad.Bootstraps;
using LeanLoad.Tests.Users;
using LeanLoad.Users;
using Xunit;
using static LeanLoad.Tests.Users.UserTests;

namespace LeanLoad.Tests.Bootstraps;

/// <summary>Exactly once per agent, whatever happens.</summary>
public sealed class BootstrapOnceTests
{
    static readonly Gen<(int Users, int Loops, int FailOneIn, int Iterations, int Admitters)> Lives =
        Gen.Select(Gen.Int[1, 2000], Gen.Int[1, 4], Gen.Int[1, 5], Gen.Int[1, 3000], Gen.Int[1, 4]);

    [Fact]
    public void A_bootstrap_runs_exactly_once_before_the_first_user_and_all_share_its_result() => Lives.Sample(
        static life =>
            Live(life.Users, life.Loops, life.FailOneIn, life.Iterations, life.Admitters), iter: 25, threads: 1);

    /// <summary>
    /// Thousands of users, some of whom fail, let in by several threads, and resets by several at the same time.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20261125)]
    public void Resets_by_many_while_thousands_of_users_come_never_run_it_again(int seed)
    {
        var random = new Random(seed);
        for (var life = 0; life < 3; life++)
        {
            Live(random.Next(2000, 5000), random.Next(1, 5), random.Next(1, 6), random.Next(1, 5000), random.Next(1, 5),
                resets: random.Next(1, 20));
        }
    }

    [Fact]
    public void The_object_that_runs_them_is_used_up()
    {
        using var town = new Town(Table(new Sketch()));
        var bootstrapper = town.Bootstrap();
        Assert.Throws<InvalidOperationException>(
            () => bootstrapper.Run([], town.Plan.ScopeOf, town.Supplies, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void One_that_waits_for_another_gets_its_result_and_its_own_scope_pays()
    {
        var sketch = new Sketch
        {
            Needs = [typeof(Second)],
            Bootstraps =
            [
                Entry<First>(static async (_, cancel) =>
                {
                    await Task.Delay(1, cancel);
                    return new First(new byte[1_000_000]);
                }),
                Entry<Second>(static (supplies, _) => Task.FromResult<object?>(new Second(supplies.Get<First>()))) with
                {
                    Needs = [typeof(First)],
                },
            ],
        };
        using var town = new Town(Table(sketch));
        town.Bootstrap();
        Assert.Same(town.Supplies.Get<First>(), town.Supplies.Get<Second>().First);
        town.Loops.Stop(TimeSpan.FromSeconds(5));
        var (allocated, entries) = town.Loops.Charged(town.Plan.ScopeOf(town.Plan.Bootstraps[0]));
        Assert.Equal(1, entries);
        Assert.InRange(allocated.Count, 1_000_024, 1_010_000);
    }

    [Fact]
    public void One_that_throws_hangs_or_returns_nothing_fails_with_its_name()
    {
        Fails("InvalidOperationException: no luck", static (_, _) => throw new InvalidOperationException("no luck"));
        Fails("returned null instead of a First", static (_, _) => Task.FromResult<object?>(null));
        Fails("did not finish within 0 s", static async (_, cancel) =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return null;
        }, limitMs: 50);
        using var heard = new ManualResetEventSlim();
        Fails("did not finish within 0 s", async (_, cancel) =>
        {
            cancel.Register(heard.Set);
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return null;
        }, limitMs: 50);
        Assert.True(heard.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        // A cancellation of its own is no time limit.
        Fails("TaskCanceledException: the client gave up",
            static (_, _) => throw new TaskCanceledException("the client gave up"));
    }

    [Fact]
    public void A_run_that_is_stopped_does_not_wait_for_it()
    {
        var sketch = new Sketch
        {
            Needs = [typeof(First)],
            Bootstraps = [Entry<First>(static async (_, cancel) =>
            {
                await Task.Delay(Timeout.Infinite, cancel);
                return null;
            })],
        };
        using var town = new Town(Table(sketch));
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var bootstrapper = new Bootstrapper(town.Loops.All[0].Http, Serilog.Core.Logger.None, []);
        Assert.ThrowsAny<OperationCanceledException>(
            () => bootstrapper.Run(town.Plan.Bootstraps, town.Plan.ScopeOf, town.Supplies, stop.Token));
    }

    static void Live(int users, int loops, int failOneIn, int iterations, int admitters, int resets = 0)
    {
        var (runs, early, strangers) = (0, 0, 0);
        First? made = null;
        var sketch = new Sketch
        {
            Needs = [typeof(First)],
            Bootstraps = [Entry<First>(async (_, _) =>
            {
                Interlocked.Increment(ref runs);
                await Task.Yield();
                return made = new First([]);
            })],
            OnMake = supplies =>
            {
                if (Volatile.Read(ref runs) != 1) Interlocked.Increment(ref early);
                if (supplies.Get<First>() != made) Interlocked.Increment(ref strangers);
            },
            OnStart = user => user.Number % failOneIn == 1 ? throw new InvalidOperationException("no seat") : default,
        };
        using var town = new Town(Table(sketch), loops, iterations);
        town.Bootstrap();
        var threads = Enumerable.Range(0, admitters).Select(admitter => new Thread(() =>
        {
            for (var index = admitter; index < users; index += admitters) town.Admit(index);
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        // Statistics are folded and begin anew while users come, fail and go.
        for (var tick = 0; tick < 5; tick++)
        {
            town.Loops.Ask(
                loop =>
                {
                    loop.Iterations.Tick(TimeSpan.Zero, null);
                    loop.Http.Requests.Tick(TimeSpan.Zero, null);
                },
                TimeSpan.FromSeconds(30));
        }

        // And resets of several at once, while the users come.
        Parallel.For(0, 4 * resets, _ => town.Loops.Ask(
            loop =>
            {
                loop.Iterations.Tick(TimeSpan.Zero, null);
                loop.Http.Requests.Tick(TimeSpan.Zero, null);
                LoopSet.OpenWindow(loop, isReset: true);
            },
            TimeSpan.FromSeconds(30)));

        foreach (var thread in threads) thread.Join();
        town.Until(() => town.Loops.Stopped + town.Loops.Failed == users);
        Assert.Equal((1, 0, 0), (runs, early, strangers));
        Assert.Null(town.Fault);
        foreach (var loop in town.Loops.All) Assert.Equal(4 * resets, loop.Windows.Current);
        // Nothing is lost to them: each iteration is in the window in which it began or ended.
        Assert.Equal(town.Loops.Iterations,
            town.Loops.All.Sum(static loop => loop.Windows.Rows.Sum(static window => window.Iterations.Ended)));
    }

    static void Fails(string why, Func<Supplies, CancellationToken, Task<object?>> run, int limitMs = 60_000)
    {
        using var town =
            new Town(Table(new Sketch { Needs = [typeof(First)], Bootstraps = [Entry<First>(run, limitMs)] }));
        var failure = Assert.Throws<BootstrapFailure>(town.Bootstrap);
        Assert.StartsWith("The bootstrap First.Make failed: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    internal static BootstrapEntry Entry<T>(
        Func<Supplies, CancellationToken, Task<object?>> run, int limitMs = 60_000) => new(
        $"{typeof(T).Name}.Make", typeof(T), [], Isolated: false, TimeSpan.FromMilliseconds(limitMs), Bytes.FromMiB(1),
        (supplies, _, cancel) => run(supplies, cancel), Json: null);

    sealed record First(byte[] Data);

    sealed record Second(First First);
}
