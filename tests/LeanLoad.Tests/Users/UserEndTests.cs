using System.Runtime.CompilerServices;
using Xunit;

namespace LeanLoad.Tests.Users;

/// <summary>
/// A user that has stopped is kept alive by nothing, and a run that has ended by nothing either. Alone: tests beside it
/// would have memory of their own.
/// </summary>
[CollectionDefinition(nameof(UserEndTests), DisableParallelization = true)]
[Collection(nameof(UserEndTests))]
public sealed class UserEndTests
{
    const int Crowd = 40;

    [Fact]
    public void No_user_is_alive_after_it_stopped_though_its_run_goes_on()
    {
        var born = new List<WeakReference>();
        using var town = new Town(Table(born));
        Fill(town);
        GC.Collect();
        Assert.Equal(Crowd, born.Count(static user => user.IsAlive));

        town.Stop();
        town.Until(() => town.Loops.Stopped == Crowd);
        // A loop may hold its last user on its stack until it has turned once more.
        Assert.True(SpinWait.SpinUntil(() => Alive(born) == 0, TimeSpan.FromSeconds(10)),
            $"{Alive(born)} of {Crowd} users are alive");
    }

    [Fact]
    public void Ten_runs_of_forty_users_in_one_process_stand_on_the_same_plateau()
    {
        var born = new List<WeakReference>();
        var plateaus = new List<long>();
        for (var run = 0; run < 10; run++)
        {
            Live(born);
            Assert.True(SpinWait.SpinUntil(() => Alive(born) == 0, TimeSpan.FromSeconds(10)),
                $"{Alive(born)} of {born.Count} users are alive after run {run + 1}");
            born.Clear();
            plateaus.Add(GC.GetTotalMemory(forceFullCollection: true));
        }

        // Each run kept 40 x 64 KiB: nine of them would be 22 MiB if anything held users. No test runs beside this one.
        Assert.InRange(plateaus[^1] - plateaus.Skip(1).Min(), long.MinValue, Crowd * (64 << 10));
    }

    static int Alive(List<WeakReference> born)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return born.Count(static user => user.IsAlive);
    }

    // Apart, so that no local of the test holds a run.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Live(List<WeakReference> born)
    {
        using var town = new Town(Table(born));
        Fill(town);
        town.Stop();
        town.Until(() => town.Loops.Stopped == Crowd);
    }

    static void Fill(Town town)
    {
        for (var index = 0; index < Crowd; index++) town.Admit(index);
        town.Until(() => town.Loops.Iterations >= Crowd);
    }

    static ScenarioTable Table(List<WeakReference> born) => new()
    {
        Users =
        [
            new UserClass("Keeper", "keeper", 1, [], _ => new Keeper(born),
                [new TaskEntry("Wait", 1, [], static _ => default)]),
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
}
