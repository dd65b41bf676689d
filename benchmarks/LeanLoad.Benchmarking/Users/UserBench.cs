using System.Runtime.CompilerServices;
using LeanLoad.Benchmarking.Targets;
using LeanLoad.Bootstraps;
using LeanLoad.Cli;
using LeanLoad.Http;
using LeanLoad.Memory;
using LeanLoad.Stats;
using LeanLoad.Users;

namespace LeanLoad.Benchmarking.Users;

/// <summary>
/// One user class on one loop, as in a run: its settings are read, its bootstraps made, its users start, act and stop;
/// only the target is in memory. Whatever goes wrong becomes a <see cref="UserBenchException"/>: an operation that
/// failed has no cost.
/// </summary>
sealed class UserBench : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly InMemoryTarget target;
    readonly RunRequest request;
    readonly LoopSet loops;
    readonly LoopUsers starters;
    readonly UserPlan plan;
    readonly Bootstrapper bootstrapper;
    readonly Dictionary<string, GatedTask> tasks = [];
    int admitted;
    int namesSeen;

    UserBench(InMemoryTarget target, RunRequest request, UserPlan plan)
    {
        (this.target, this.request, this.plan) = (target, request, plan);
        var http = new HttpSettings { BaseUrl = request.Options.Url, Timeout = request.Options.Timeout };
        var scopes = request.Scenario.Scopes.Count;
        var seed = request.Options.Seed;
        loops = new LoopSet(1, scopes, () =>
            new MemoryPoller(target), http, new SharedRun(iterations: [null], seed), static (_, fault) =>
            throw new UserBenchException($"An exception escaped from an async void method: {fault}"));
        starters = new LoopUsers(Loop.Http, new IterationTable(scopes), new SharedRun(iterations: [0], seed));
        bootstrapper = new Bootstrapper(Loop.Http, Serilog.Core.Logger.None, request.Args);
    }

    LoopUsers Loop => loops.All[0];

    /// <summary>Sets up a user class, and makes what its users share.</summary>
    /// <param name="user">A class with <see cref="LoadUserAttribute"/>.</param>
    /// <param name="target">Who answers.</param>
    /// <param name="options">Options as on the agent's command line, the settings' among them.</param>
    /// <exception cref="UserBenchException">What is wrong with class, options or bootstraps.</exception>
    public static UserBench Of(Type user, InMemoryTarget target, IEnumerable<string> options)
    {
        // The table of a load file is registered when its module is first used, and so far nothing of it was.
        RuntimeHelpers.RunModuleConstructor(user.Module.ModuleHandle);
        var declared = ScenarioTable.Registered.Users.FirstOrDefault(one => one.Name == user.Name
            || one.Name == user.FullName)
            ?? throw new UserBenchException(
            $"{user.Name} is no user of a load file: it has no [LoadUser], or its project no generator.");
        using var problems = new StringWriter();
        string[] args = ["--scenario", declared.Scenario, "--url", "http://127.0.0.1", .. options];
        var request = RunRequest.Read(args, ScenarioTable.Registered, problems, problems, out _)
            ?? throw new UserBenchException(
            $"{user.Name} can't be set up; give options by overriding Options.\n{problems}");
        var bench = new UserBench(target, request, request.Scenario.Users.First(one => one.Class == declared));
        bench.Bootstrap();
        return bench;
    }

    /// <summary>One user's whole life without iterations: constructor, start, stop.</summary>
    public void StartUser()
    {
        var ended = starters.Stopped + starters.Failed;
        Admit(starters, plan);
        if (!SpinWait.SpinUntil(() => starters.Stopped + starters.Failed > ended, Patience)) throw TooLong(
            $"{plan.Class.Name}.Start");
        Check(starters.Run);
    }

    /// <summary>So many iterations of one task, by one user that has started before.</summary>
    public void Iterate(string name, int iterations)
    {
        if (!tasks.TryGetValue(name, out var task)) task = Add(name);
        if (!task.Run(iterations, Patience)) throw TooLong($"{plan.Class.Name}.{name}");
        if (task.Fault is { } fault) throw new UserBenchException(
            $"{plan.Class.Name}.{name} threw {fault.GetType().Name}: {fault.Message}");
        Check(Loop.Run);
    }

    /// <summary>One bootstrap, anew; an isolated one too runs in this process.</summary>
    /// <param name="name">Class and method: <c>HubSession.SignIn</c>.</param>
    public void Bootstrap(string name)
    {
        var entry = request.Scenario.Bootstraps.FirstOrDefault(one => one.Name == name) ?? throw new UserBenchException(
            $"{plan.Class.Name} needs no bootstrap \"{name}\"; it needs "
                + $"{Listed(request.Scenario.Bootstraps.Select(static one => one.Name))}.");
        MakeShared(entry);
    }

    /// <summary>What each scope was charged so far, exactly; what other threads allocated, apart.</summary>
    public LedgerReading Read()
    {
        Step(SeeAllTimes);
        var (all, own) = (GC.GetTotalAllocatedBytes(precise: true), GC.GetAllocatedBytesForCurrentThread());
        var scopes = new Bytes[request.Scenario.Scopes.Count];
        var total = Bytes.Zero;
        Step(ReadLoop);
        scopes[Scope.OffLoop] = new Bytes(all - own) - total;
        return new LedgerReading(request.Scenario.Scopes, scopes);

        void ReadLoop()
        {
            Loop.Loop.ReadThreadAllocated();
            total = Loop.Loop.ThreadAllocated;
            for (var scope = 0; scope < scopes.Length; scope++) scopes[scope] = Loop.Loop.Ledger.Allocated(scope);
        }
    }

    public void Dispose()
    {
        Loop.Run.Stop();
        foreach (var task in tasks.Values) task.Close();
        SpinWait.SpinUntil(() => Loop.Stopped + Loop.Failed == tasks.Count, TimeSpan.FromSeconds(1));
        loops.Stop(TimeSpan.FromSeconds(1));
        loops.Dispose();
        foreach (var task in tasks.Values) task.Dispose();
    }

    /// <summary>
    /// A request that takes longer than any before, on a busy machine at any time, allocates its page of the name's
    /// histograms: it does so here, before anything is counted.
    /// </summary>
    void SeeAllTimes()
    {
        var requests = Loop.Http.Requests;
        for (; namesSeen < loops.Names.Count; namesSeen++)
        {
            // Response and service time differ at first, so that there is a histogram for each.
            requests.Record(namesSeen, responseUs: 2, serviceUs: 1, bytes: 0);
            for (var us = 1L; us <= LatencyHistogram.HighestUs; us *= 2) requests.Record(namesSeen, us, us, bytes: 0);
        }
    }

    /// <summary>
    /// Has the loop do something, at no cost to its thread: to set an event whose waiter is just about to wait makes
    /// the lock in it an object, 64 B of the setter's when compiled ahead of time.
    /// </summary>
    void Step(Action work)
    {
        var isDone = false;
        new Loop.LoopContext(Loop.Loop).Post(
            _ =>
            {
                work();
                Volatile.Write(ref isDone, true);
            },
            null);
        if (!SpinWait.SpinUntil(() => Volatile.Read(ref isDone), Patience)) throw TooLong("the loop");
    }

    void Bootstrap()
    {
        foreach (var entry in request.Scenario.Bootstraps) request.Supplies.Add(entry.Result, MakeShared(entry));
    }

    object MakeShared(BootstrapEntry entry)
    {
        try
        {
            return bootstrapper.RunOnLoop(
                entry, request.Scenario.ScopeOf(entry), request.Supplies, CancellationToken.None)
                ?? throw new UserBenchException($"{entry.Name} returned null.");
        }
        catch (BootstrapFailure failure)
        {
            throw new UserBenchException($"{failure.Message}{Unanswered()}");
        }
    }

    GatedTask Add(string name)
    {
        var planned = plan.Tasks.FirstOrDefault(one => one.Entry.Name == name) ?? throw new UserBenchException(
            $"{plan.Class.Name} has no task \"{name}\"; it has "
                + $"{Listed(plan.Tasks.Select(static one => one.Entry.Name))}.");
        var task = new GatedTask(planned.Entry, Loop.Loop);
        tasks.Add(name, task);
        Admit(Loop, new UserPlan(plan.Class, [planned with { Entry = task.Entry }], plan.StartScope, plan.StopScope));
        if (!SpinWait.SpinUntil(() => Loop.Started == tasks.Count, Patience)) throw TooLong($"{plan.Class.Name}.Start");
        Check(Loop.Run);
        return task;
    }

    void Admit(LoopUsers users, UserPlan user)
    {
        var index = admitted++;
        new Loop.LoopContext(users.Loop).Post(_ => users.Admit(user, index, request.Supplies), null);
    }

    void Check(SharedRun run)
    {
        if (run.Faults.FirstOrDefault() is { } fault) throw new UserBenchException(
            $"{fault.Place} threw {fault.Type}: {fault.Example}{Unanswered()}");
        if (loops.Failures == 0) return;
        var failed = new SortedDictionary<int, RequestStats>();
        loops.Ask(loop => loop.Http.Requests.AddTo(failed), Patience);
        var (id, stats) = failed.First(static one => one.Value.Failures > 0);
        var example = Enum.GetValues<FailureKind>().Select(stats.ExampleOf)
            .FirstOrDefault(static text => text is not null);
        throw new UserBenchException($"A request failed: {loops.Names[id]}: {example}{Unanswered()}");
    }

    string Unanswered() => target.Unanswered.FirstOrDefault() is { } first
        ? $"\nThe in-memory target has no answer to {first}: give it one by overriding Answer."
        : "";

    static UserBenchException TooLong(string what) => new($"{what} did not end within {Patience.TotalSeconds:0} s.");

    static string Listed(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));
}

/// <summary>What a benchmark of a user class can't do, and what to do about it; for people.</summary>
sealed class UserBenchException(string message) : Exception(message);
