using System.Runtime.CompilerServices;
using LeanLoad.Tests.Http;
using Xunit;

namespace LeanLoad.Tests.Users;

/// <summary>
/// A user that has stopped is kept alive by nothing, and a run that has ended by nothing either: neither a plain one
/// nor one with a session, its cookies and its connection. Alone: tests beside it would have memory of their own.
/// </summary>
[CollectionDefinition(nameof(UserEndTests), DisableParallelization = true)]
[Collection(nameof(UserEndTests))]
public sealed class UserEndTests : IDisposable
{
    const int Crowd = 40;

    readonly ScriptedServer server =
        new(ScriptedServer.Always("HTTP/1.1 200 OK\r\nSet-Cookie: seat=7\r\nContent-Length: 5\r\n\r\nhello"));

    readonly List<WeakReference> born = [];

    public void Dispose() => server.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_user_is_alive_after_it_stopped_though_its_run_goes_on(bool hasSession)
    {
        using var town = new Town(Table(hasSession));
        Fill(town);
        GC.Collect();
        Assert.Equal(BornOf(Crowd, hasSession), born.Count(static user => user.IsAlive));

        town.Stop();
        town.Until(() => town.Loops.Stopped == Crowd);
        // A loop may hold its last user on its stack until it has turned once more.
        AssertAlive(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_is_released_in_mid_run_is_not_alive_and_the_others_go_on(bool hasSession)
    {
        const int released = 15;
        using var town = new Town(Table(hasSession));
        Fill(town);
        town.Loops.Ask(loop => loop.Release(town.Plan.Users[0], released), 5.Seconds());
        town.Until(() => town.Loops.Stopped == released);
        AssertAlive(BornOf(Crowd - released, hasSession));
        var done = town.Loops.Iterations;
        town.Until(() => town.Loops.Iterations >= done + Crowd - released);

        town.Stop();
        town.Until(() => town.Loops.Stopped == Crowd);
        AssertAlive(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ten_runs_of_forty_users_in_one_process_stand_on_the_same_plateau(bool hasSession)
    {
        // Each run kept 40 x 64 KiB: one of them would be ten times this. No test runs beside this one.
        const long tolerance = 256 << 10;
        var plateau = long.MaxValue;
        var last = long.MaxValue;
        for (var run = 0; run < 10; run++)
        {
            Live(hasSession);
            AssertAlive(0);
            born.Clear();
            last = GC.GetTotalMemory(forceFullCollection: true);
            // The first has made what is made once.
            if (run is > 0 and < 9) plateau = Math.Min(plateau, last);
        }

        // The other side of connections, in this process too, ends by itself.
        SpinWait.SpinUntil(() => (last = GC.GetTotalMemory(forceFullCollection: true)) - plateau <= tolerance,
            TimeSpan.FromSeconds(10));
        TestContext.Current.SendDiagnosticMessage("{0} B more than the plateau", last - plateau);
        Assert.InRange(last - plateau, long.MinValue, tolerance);
    }

    static int BornOf(int users, bool hasSession) => hasSession ? 2 * users : users;

    void AssertAlive(int expected) =>
        Assert.True(SpinWait.SpinUntil(() => Alive() == expected, TimeSpan.FromSeconds(10)),
            $"{Alive()} of {born.Count} users and sessions are alive, not {expected}");

    int Alive()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return born.Count(static user => user.IsAlive);
    }

    // Apart, so that no local of the test holds a run.
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Live(bool hasSession)
    {
        using var town = new Town(Table(hasSession));
        Fill(town);
        town.Stop();
        town.Until(() => town.Loops.Stopped == Crowd);
    }

    static void Fill(Town town)
    {
        for (var index = 0; index < Crowd; index++) town.Admit(index);
        town.Until(() => town.Loops.Iterations >= Crowd);
    }

    ScenarioTable Table(bool hasSession) => new()
    {
        Users =
        [
            new UserClass("Keeper", "keeper", 1, [], _ => hasSession ? new Caller(born, server.Url) : new Keeper(born),
                [new TaskEntry("Wait", 1, [], static user => (user as Caller)?.Call() ?? default)]),
        ],
    };

    sealed class Keeper : User
    {
        readonly byte[] kept = new byte[64 << 10];

        public Keeper(List<WeakReference> born)
        {
            born.Add(new WeakReference(this));
            kept[0] = 1;
        }

        protected internal override ThinkTime ThinkTime => ThinkTime.Constant(100.Milliseconds());
    }

    sealed class Caller : HttpUser
    {
        readonly byte[] kept = new byte[64 << 10];
        readonly List<WeakReference> born;
        readonly Uri url;

        public Caller(List<WeakReference> born, Uri url)
        {
            (this.born, this.url) = (born, url);
            born.Add(new WeakReference(this));
            kept[0] = 1;
        }

        protected internal override ThinkTime ThinkTime => ThinkTime.Constant(100.Milliseconds());

        protected internal override async ValueTask Start()
        {
            born.Add(new WeakReference(Http));
            await Call();
        }

        public async ValueTask Call()
        {
            var response = await Http.Get(url.AbsoluteUri);
            Assert.True(response.Check(200));
            Assert.Equal("7", Http.Cookie("seat"));
        }
    }
}
