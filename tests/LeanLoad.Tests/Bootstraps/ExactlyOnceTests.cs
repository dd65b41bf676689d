using CsCheck;
using LeanLoad.Bootstraps;
using LeanLoad.Cli;
using LeanLoad.Http;
using LeanLoad.Load;
using LeanLoad.Loop;
using LeanLoad.Memory;
using LeanLoad.Tests.Runs;
using LeanLoad.Users;
using Serilog.Core;
using Xunit;

namespace LeanLoad.Tests.Bootstraps;

/// <summary>The promise: a bootstrap happens exactly once per agent, whatever happens later.</summary>
public sealed class ExactlyOnceTests
{
    sealed record Shared(int Number);

    sealed class Member(Shared shared, Action<Shared> onStart) : User
    {
        protected internal override ValueTask Start()
        {
            onStart(shared);
            return default;
        }
    }

    sealed class Count
    {
        int made;
        int started;

        public int Made => made;

        public int Started => started;

        public HashSet<Shared> Seen { get; } = new(ReferenceEqualityComparer.Instance);

        public Shared Make() => new(Interlocked.Increment(ref made));

        public void OnStart(Shared shared, int failEvery)
        {
            var number = Interlocked.Increment(ref started);
            lock (Seen) Seen.Add(shared);
            if (failEvery > 0 && number % failEvery == 0) throw new InvalidOperationException("this user fails");
        }
    }

    static ScenarioTable Table(Count count, int failEvery) => new()
    {
        Bootstraps =
        [
            new BootstrapEntry("Shared.Make", typeof(Shared), [], Isolated: false, TimeSpan.FromSeconds(10),
                Bytes.FromMiB(1),
                async (_, _, _) =>
                {
                    await Task.Yield();
                    return count.Make();
                }, Json: null),
        ],
        Users =
        [
            new UserClass("Member", "member", 1, [typeof(Shared)],
                supplies => new Member(supplies.Get<Shared>(), shared => count.OnStart(shared, failEvery)),
                [new TaskEntry("Rest", 1, [], static _ => default)]),
        ],
    };

    /// <summary>
    /// Users by the thousand, on several loops, at once or in a ramp, some failing in their start, while statistics are
    /// folded and read all the time.
    /// </summary>
    [Fact]
    public void A_bootstrap_runs_once_and_every_user_gets_its_one_result() =>
        Gen.Select(Gen.Int[1, 3000], Gen.Int[1, 4], Gen.Int[0, 5], Gen.Bool, Gen.Long[1, 1_000_000]).Sample(
            (users, loops, failEvery, isRamped, seed) =>
            {
                var count = new Count();
                Assert.True(
                    ScenarioPlan.TryChoose(Table(count, failEvery), null, hasUrl: false, [], [], out var plan, out _));
                var options = new AgentOptions
                {
                    Load = new()
                    {
                        Users = users,
                        RampPerSecond = isRamped ? 20_000 : 0,
                        Iterations = users,
                    },
                    Loops = loops,
                    Seed = seed,
                    StopTimeout = TimeSpan.FromSeconds(5),
                };
                using var run = new WholeRun(options, plan);
                Assert.Equal(1, count.Made);
                run.RunUsers();
                run.Finish(TextWriter.Null);

                Assert.Equal(1, count.Made);
                Assert.Single(count.Seen);
            }, iter: 12, threads: 1);

    [Fact]
    public void Of_many_that_ask_at_the_same_time_one_runs_it_and_the_others_are_refused()
    {
        var count = new Count();
        var entry = Table(count, 0).Bootstraps[0];
        var scenario = new Scope[3];
        using var loops = new LoopSet(1, scenario.Length, Poller.Create, new HttpSettings(), new SharedRun([null], 1),
            static (_, _) => { });
        var bootstrapper = new Bootstrapper(loops.All[0].Http, Logger.None, []);
        var refused = 0;

        Parallel.For(0, 16, _ =>
        {
            try
            {
                bootstrapper.Run([entry], static _ => Scope.Engine, new Supplies(), CancellationToken.None);
            }
            catch (InvalidOperationException)
            {
                Interlocked.Increment(ref refused);
            }
        });
        loops.Stop(TimeSpan.FromSeconds(1));

        Assert.Equal(1, count.Made);
        Assert.Equal(15, refused);
    }

    /// <summary>Ready is said only after the bootstrap: the phases tell in which order it was.</summary>
    [Fact]
    public void A_plan_has_its_first_user_at_once_and_all_at_the_end_of_the_ramp()
    {
        var plan = new LoadPlan(Users: 40, UsersPerSecond: 8, Duration: null, Iterations: null);

        Assert.Equal(1, plan.UsersDueAt(TimeSpan.Zero));
        Assert.Equal(9, plan.UsersDueAt(TimeSpan.FromSeconds(1)));
        Assert.Equal(40, plan.UsersDueAt(plan.RampTime));
        Assert.Equal(39, plan.UsersDueAt(plan.RampTime - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(40, plan.UsersDueAt(TimeSpan.FromHours(1)));
    }
}
