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
            var waiting = Task.Run(() => watch.Await(bootstrap.Task, patience.Token), CancellationToken.None);
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
    public void One_in_the_agent_itself_is_asked_to_end_or_left_and_fails_for_want_of_memory()
    {
        var tree = FixtureTree.Copy("v2-limited");
        try
        {
            using var reader = MemoryReader.Open(tree.FullName);
            var beside = reader.Read(0).Unreclaimable - reader.Read(0).Anonymous;
            Charge(tree, Bytes.FromMiB(63.2) - beside);
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
        // In its place, not anew: the reader has it open.
        File.WriteAllText(stat, File.ReadAllText(stat).Replace(
            "anon 12582912", $"anon {anonymous.Count}", StringComparison.Ordinal));
    }
}
