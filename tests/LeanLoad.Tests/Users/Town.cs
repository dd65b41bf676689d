using LeanLoad.Bootstraps;
using LeanLoad.Http;
using LeanLoad.Load;
using LeanLoad.Loop;
using LeanLoad.Memory;
using LeanLoad.Users;
using Serilog.Core;

namespace LeanLoad.Tests.Users;

/// <summary>Loops with users of a scenario that a test declares, without a command line around them.</summary>
sealed class Town : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public Town(ScenarioTable table, int loops = 1, long? iterations = null, long seed = 1)
        : this(PlanOf(table), loops, [iterations], seed)
    {
    }

    /// <summary>Groups side by side, each with as many iterations as are left for it.</summary>
    public Town(ScenarioTable table, int loops, params (string Name, long? Iterations)[] groups)
        : this(PlanOf(table, [.. groups.Select(static group => group.Name)]), loops,
            [.. groups.Select(static group => group.Iterations)], 1)
    {
    }

    Town(ScenarioPlan plan, int loops, IReadOnlyList<long?> iterations, long seed)
    {
        Plan = plan;
        Run = new SharedRun(iterations, seed);
        Loops =
            new LoopSet(loops, plan.Scopes.Count, Poller.Create, new HttpSettings(), Run, (_, fault) => Fault = fault);
    }

    static ScenarioPlan PlanOf(ScenarioTable table, params string[] groups)
    {
        IReadOnlyList<string> problems = [];
        if (groups.Length > 0 && ScenarioPlan.TryChoose(table, groups, [], [], out problems, "--load") is { } several)
        {
            return several;
        }

        return ScenarioPlan.TryChoose(table, null, false, [], [], out var plan, out var problem) ? plan
            : throw new ArgumentException($"{problem} {string.Join(" ", problems)}");
    }

    public ScenarioPlan Plan { get; }

    public SharedRun Run { get; }

    public LoopSet Loops { get; }

    public Supplies Supplies { get; } = new();

    /// <summary>The last exception that escaped on a loop; null while none did.</summary>
    public Exception? Fault { get; private set; }

    public Bootstrapper Bootstrap()
    {
        var bootstrapper = new Bootstrapper(Loops.All[0].Http, Logger.None, []);
        bootstrapper.Run(Plan.Bootstraps, Plan.ScopeOf, Supplies, default);
        return bootstrapper;
    }

    /// <summary>
    /// Who lets its users in by plans that a test declares, without a budget. The heap of this process stays as it is.
    /// </summary>
    public Population Populate(MemoryReader memory, OverMemory policy, params LoadPlan[] plans)
    {
        var schedule = new LoadSchedule(plans);
        var guard = new Guard(memory, GcSettings.For(null), Budget.Resolve(null, default), policy, schedule.MostUsers,
            Loops.Pages, new HeapLimit(GcSettings.For(null), static _ => true));
        var population = new Population(Loops, Plan, schedule, Supplies, guard);
        population.ReadBase(TimeSpan.Zero);
        return population;
    }

    /// <summary>Lets a user in, from any thread.</summary>
    public void Admit(int index, int userClass = 0)
    {
        var loop = Loops.All[index % Loops.All.Count];
        new LoopContext(loop.Loop).Post(_ => loop.Admit(Plan.Users[userClass], index, Supplies), null);
    }

    public void Until(Func<bool> holds)
    {
        if (!SpinWait.SpinUntil(holds, Patience))
        {
            throw new TimeoutException($"running {Loops.Running}, stopped {Loops.Stopped}, failed {Loops.Failed}");
        }
    }

    public void Stop()
    {
        Run.Stop();
        Loops.Ask(static loop => loop.BeginStop(), Patience);
    }

    public void Dispose()
    {
        Loops.Stop(TimeSpan.FromSeconds(5));
        Loops.Dispose();
    }
}
