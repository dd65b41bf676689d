using System.Collections.Concurrent;
using System.Text;
using LeanLoad.Bootstraps;
using LeanLoad.Memory;
using LeanLoad.Tests.Memory;
using LeanLoad.Tests.Users;
using Serilog.Core;
using Xunit;
using static LeanLoad.Tests.Bootstraps.BootstrapOnceTests;
using static LeanLoad.Tests.Users.UserTests;

namespace LeanLoad.Tests.Bootstraps;

public sealed class BootstrapWatchTests
{
    [Theory]
    // MiB in use of 64, whether memory is guarded: whether the bootstrap is ended.
    [InlineData(40, true, false)]
    [InlineData(62.9, true, false)]
    [InlineData(63.2, true, true)]
    [InlineData(63.2, false, false)]
    public async Task A_bootstrap_that_leaves_less_than_it_takes_to_end_is_waited_for_no_longer(
        double used, bool isGuarded, bool isEnded)
    {
        var tree = FixtureTree.Copy("v2-limited");
        try
        {
            using var reader = MemoryReader.Open(tree.FullName);
            var beside = reader.Read(0).Unreclaimable - reader.Read(0).Anonymous;
            var watch = new BootstrapWatch(
                reader, isGuarded ? Budget.Resolve(null, reader.Read(0)) : null, static _ => { });
            var bootstrap = new TaskCompletionSource();
            using var patience = new CancellationTokenSource();
            using var deadline = new Deadline(null, patience.Token);
            var waiting = Task.Run(() => watch.Await(bootstrap.Task, deadline), CancellationToken.None);
            Charge(tree, Bytes.FromMiB(used) - beside);

            if (!isEnded) patience.CancelAfter(200);
            await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

            if (isEnded) Assert.EndsWith("of 64.0 MiB; ending takes 983 KiB", watch.Danger, StringComparison.Ordinal);
            else Assert.Null(watch.Danger);
            Assert.Equal(used, watch.Highest.Reading.Unreclaimable.MiB, 0.1);
            bootstrap.SetResult();
        }
        finally
        {
            tree.Delete(recursive: true);
        }
    }

    [Fact]
    public void What_waits_while_a_thread_of_the_runtimes_was_refused_memory_is_waited_for_no_longer()
    {
        using var reader = MemoryReader.Open(FixtureTree.Named("v2-limited"));
        var watch = new BootstrapWatch(reader, Budget.Resolve(null, reader.Read(0)), static _ => { });
        using var deadline = new Deadline(null, CancellationToken.None);
        watch.OnRefused();
        watch.Await(new TaskCompletionSource().Task, deadline);
        Assert.Equal("a thread of the runtime's was refused memory", watch.Danger);
    }

    [Fact]
    public async Task A_limit_that_changes_meanwhile_is_told_once()
    {
        using var shared = new SharedLimit(ownMiB: 64, enclosingMiB: null);
        using var reader = MemoryReader.Open(shared.Root);
        var told = new BlockingCollection<string>();
        var watch = new BootstrapWatch(reader, Budget.Resolve(null, reader.Read(0)), static _ => { })
        {
            OnLimit = (change, reading) => told.Add(change.Tell(reading.Limit)),
        };
        var bootstrap = new TaskCompletionSource();
        using var deadline = new Deadline(null, CancellationToken.None);
        var waiting = Task.Run(() => watch.Await(bootstrap.Task, deadline), CancellationToken.None);
        shared.Limit(ownMiB: 96, enclosingMiB: null);
        Assert.Equal("The limit of memory cgroup /1/2 (v2) changed from 64.0 MiB to 96.0 MiB: the run goes on with a "
            + "budget of 96.0 MiB, of which the managed heap may take 96.0 MiB.",
            told.Take(TestContext.Current.CancellationToken));
        bootstrap.SetResult();
        await waiting;
        Assert.Empty(told);
    }

    [Fact]
    public void One_in_the_agent_itself_is_asked_to_end_or_left_and_fails_for_want_of_memory()
    {
        var tree = FixtureTree.Copy("v2-limited");
        try
        {
            using var reader = MemoryReader.Open(tree.FullName);
            var beside = reader.Read(0).Unreclaimable - reader.Read(0).Anonymous;
            var forGood = new TaskCompletionSource();
            using var asked = new ManualResetEventSlim();
            using var town = new Town(Table(new Sketch
            {
                Needs = [typeof(Outcome)],
                Bootstraps =
                [
                    Entry<Outcome>(async (_, cancel) =>
                    {
                        cancel.Register(asked.Set);
                        Charge(tree, Bytes.FromMiB(63.2) - beside);
                        await forGood.Task;
                        return new Outcome();
                    }),
                ],
            }));
            var watch = new BootstrapWatch(reader, Budget.Resolve(null, reader.Read(0)), static _ => { });
            var bootstrapper = new Bootstrapper(town.Loops.All[0].Http, Logger.None, [], watch: watch);

            var failure = Assert.Throws<BootstrapFailure>(() => bootstrapper.Run(
                town.Plan.Bootstraps, town.Plan.ScopeOf, town.Supplies, TestContext.Current.CancellationToken));

            Assert.True(failure.IsForWantOfMemory);
            Assert.Equal("it was ended: 819 KiB are left of 64.0 MiB; ending takes 983 KiB.", failure.Reason);
            Assert.True(asked.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            forGood.SetResult();
        }
        finally
        {
            tree.Delete(recursive: true);
        }
    }

    sealed record Outcome;

    static void Charge(DirectoryInfo tree, Bytes anonymous)
    {
        var agent = Directory.EnumerateDirectories(tree.FullName, "agent", SearchOption.AllDirectories).Single();
        var stat = Path.Combine(agent, "memory.stat");
        // In its place, not anew, and never shorter meanwhile: the reader has it open, and reads.
        using var file = File.OpenHandle(stat, FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, Encoding.UTF8.GetBytes(File.ReadAllText(stat).Replace(
            "anon 12582912", $"anon {anonymous.Count,8}", StringComparison.Ordinal)), 0);
    }
}
