using System.Diagnostics;
using LeanLoad.Bootstraps;
using LeanLoad.Cli;
using LeanLoad.Diagnostics;
using LeanLoad.Http;
using LeanLoad.Loop;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Users;
using Serilog.Core;

namespace LeanLoad;

/// <summary>One run of an agent, phase by phase, on the control thread. Whatever ends a phase early, <see cref="Finish"/> still reports what exists.</summary>
sealed class AgentRun : IDisposable
{
    /// <summary>How often the control thread looks: a ramp of 100 users/s admits each user on time.</summary>
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    readonly RunRequest request;
    readonly Budget budget;
    readonly GcSettings collector;
    readonly MemoryReader memory;
    readonly StopSignal signal;
    readonly Logger log;
    readonly LoopSet loops;
    readonly JournalWriter? journal;
    readonly string? journalProblem;
    readonly RecordStream records;
    readonly RunRecorder recorder;
    readonly RunStarted started;
    Population? population;
    Outcome? outcome;

    public AgentRun(RunRequest request, Budget budget, GcSettings collector, MemoryReader memory, StopSignal signal)
    {
        (this.request, this.budget, this.collector, this.memory, this.signal) = (request, budget, collector, memory, signal);
        var options = request.Options;
        log = Logging.Create(options.Log);
        if (options.JournalPath is { } path) JournalWriter.TryCreate(path, out journal, out journalProblem);
        records = new RecordStream(journal);
        loops = CreateLoops(request, options.Loops, log);
        recorder = new RunRecorder(loops, request.Scenario, records, log);
        started = Describe();
    }

    AgentOptions Options => request.Options;

    /// <summary>The child's side of an isolated bootstrap: settings, one loop, one bootstrap, and its result goes home.</summary>
    public static ExitCode RunChild(RunRequest request, BootstrapChild child)
    {
        // Standard output is the agent's, for its summary; a signal to the terminal's whole group is the agent's too, which then ends the child.
        Console.SetOut(Console.Error);
        using var signal = new StopSignal();
        using var log = Logging.Create(request.Options.Log);
        using var loops = CreateLoops(request, 1, log);
        var entry = request.Scenario.Bootstraps.First(one => one.Name == child.Name);
        var http = loops.All[0].Http;
        var bootstrapper = new Bootstrapper(http, log, request.Args, request.Options.Agent);
        var sent = child.Run(entry, () => bootstrapper.RunOnLoop(entry, request.Scenario.ScopeOf(entry), request.Supplies, CancellationToken.None));
        return sent ? ExitCode.Passed : ExitCode.InternalError;
    }

    /// <summary>What keeps the run from beginning, for people; null where nothing does.</summary>
    public string? Problem => journalProblem ?? DescriptorProblem();

    /// <summary>Says what runs, under which budget.</summary>
    public void Open()
    {
        recorder.Define(started);
        recorder.Enter(RunPhase.Starting);
        log.Information("{Scenario}: {Users} users; memory {Budget}", request.Scenario.Name, Options.Users, budget.Source);
        if (budget.Remark is not null) recorder.Warn("budget", budget.Remark);
        if (Options.Tls.IsInsecure) recorder.Warn("insecure", "--insecure: certificates are not verified; whoever is in between can read and change everything.");
        foreach (var warning in request.Warnings) recorder.Warn(warning, warning);
        if (!collector.TryApply(out var problem)) recorder.Warn("heap limit", $"The heap limit could not be set: {problem}.");
    }

    /// <summary>Waits for the target where that is asked for.</summary>
    public bool TryMeetTarget()
    {
        if (Options.WaitForTarget is not { } patience) return true;
        try
        {
            if (TargetWait.For(Options.Url!, HttpSettingsOf(Options, Options.Loops), patience, signal.Token) is { } problem)
            {
                outcome = new Outcome((int)ExitCode.TargetUnreachable, "target unreachable", problem);
            }
        }
        catch (OperationCanceledException)
        {
            outcome = Outcome.Interrupted(signal.Name);
        }

        return outcome is null;
    }

    /// <summary>Makes what all users share, once. Only then is the agent ready.</summary>
    public bool TryBootstrap()
    {
        recorder.Enter(RunPhase.Bootstrap);
        try
        {
            new Bootstrapper(loops.All[0].Http, log, request.Args, Options.Agent)
                .Run(request.Scenario.Bootstraps, request.Scenario.ScopeOf, request.Supplies, signal.Token);
        }
        catch (BootstrapFailure failure)
        {
            outcome = Outcome.BootstrapFailed(failure.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            outcome = Outcome.Interrupted(signal.Name);
            return false;
        }

        recorder.Enter(RunPhase.Ready);
        log.Information("Ready");
        return true;
    }

    /// <summary>Runs what the load file wants done once before the first user.</summary>
    public bool TryStart()
    {
        foreach (var hook in request.Scenario.Started)
        {
            try
            {
                RunHook(hook, signal.Token);
            }
            catch (BootstrapFailure failure)
            {
                outcome = Outcome.HookFailed($"{hook.Name} failed: {failure.Reason}");
            }
            catch (OperationCanceledException)
            {
                outcome = Outcome.Interrupted(signal.Name);
            }

            if (outcome is not null) return false;
        }

        return true;
    }

    /// <summary>Runs what it wants done once after the last user; whatever comes of it, there are results to report.</summary>
    public void StopRun()
    {
        foreach (var hook in request.Scenario.Stopped)
        {
            try
            {
                RunHook(hook, CancellationToken.None);
            }
            catch (BootstrapFailure failure)
            {
                recorder.Warn(hook.Name, $"{hook.Name} failed: {failure.Reason}");
            }
        }
    }

    /// <summary>Admits users, watches memory, and ends when the plan, a signal or the governor says so.</summary>
    public void RunUsers()
    {
        var guard = new Guard(memory, collector, budget, Options.OverMemory, Options.Users, loops.Pages);
        population = new Population(loops, request.Scenario, Options.Plan, request.Supplies, guard);
        population.ReadBase(recorder.Elapsed);
        ProgramPages.LetGo();
        recorder.Reached(population);
        recorder.Enter(RunPhase.Ramp);
        var ramp = Stopwatch.StartNew();
        var second = new Second(this);
        while (outcome is null && !IsOver(ramp.Elapsed))
        {
            try
            {
                if (population.Step(recorder.Elapsed, ramp.Elapsed)) recorder.Reached(population);
                outcome = OverMemory();
                if (signal.Token.WaitHandle.WaitOne(Step)) outcome ??= Outcome.Interrupted(signal.Name);
                if (outcome is null) second.Turn(ramp.Elapsed);
            }
            catch (OutOfMemoryException)
            {
                // The next look stops the run, and what users give up is room to do so in.
                loops.Run.OnOutOfMemory("the agent");
            }
        }

        Spared(StopUsers);
        // Only now: what the heap gains while users run, they take.
        if (population.Decision.Admission == Admission.Stop) guard.OpenReserve();
        outcome ??= OverMemory();
        if (outcome is null && loops.Run.Asked is { } asked) outcome = Outcome.Asked(asked);
        if (outcome is null && signal.Token.IsCancellationRequested) outcome = Outcome.Interrupted(signal.Name);
        outcome ??= Pointless(enough: 1) ?? Outcome.GeneratorLimited(ResultBuilder.RequestsOf(loops)) ?? Outcome.Passed(population, budget);
    }

    /// <summary>Reports what exists, and stores it.</summary>
    public ExitCode Finish(TextWriter output)
    {
        loops.Stop(TimeSpan.FromSeconds(1));
        recorder.Enter(RunPhase.Ended);
        var ended = outcome!.Value;
        if (records.JournalProblem is { } lost) ended = ended.WithLoss(lost);
        var result = ResultBuilder.Build(started, recorder, loops, request.Scenario, population, ended);
        if (Options.JsonPath is { } path && ResultFile.TryWrite(path, result, out var problem) is false)
        {
            ended = ended.WithLoss(problem!);
            result = result with { ExitCode = ended.ExitCode, Headline = ended.Headline, Verdict = ended.Verdict };
        }

        if (Options.JsonPath != "-") new TerminalSummary(output, Width(), !Console.IsOutputRedirected).Write(result);
        records.Write(new RunEnded(recorder.Elapsed, ended.ExitCode, ended.Verdict, records.IsComplete));
        return (ExitCode)ended.ExitCode;
    }

    public void Dispose()
    {
        records.Dispose();
        loops.Dispose();
        log.Dispose();
    }

    /// <summary>What is done once a second while users run.</summary>
    sealed class Second(AgentRun run)
    {
        TimeSpan nextTick = TimeSpan.FromSeconds(1);
        TimeSpan nextProgress = ProgressEvery;
        bool isSteady;

        public void Turn(TimeSpan ramp)
        {
            var population = run.population!;
            if (population.Guard.TakeLimitChange() is { } change) run.recorder.Warn(change, change);
            if (!isSteady && population.Admitted == run.Options.Users)
            {
                isSteady = true;
                run.recorder.Enter(RunPhase.Steady);
            }

            if (ramp < nextTick) return;
            nextTick += TimeSpan.FromSeconds(1);
            run.recorder.Tick(population, run.Options.Users);
            run.outcome ??= run.Pointless(enough: 10);
            if (ramp < nextProgress) return;
            nextProgress += ProgressEvery;
            run.LogProgress();
        }
    }

    bool IsOver(TimeSpan ramp) =>
        ramp >= Options.Duration
        || loops.Run.IsStopping
        // Those who stopped by themselves leave nobody behind.
        || (population!.Admitted == Options.Users && loops.Stopped + loops.Failed == Options.Users)
        || (loops.Run.IsExhausted && population!.Admitted > 0 && loops.Running == 0 && loops.Started == population.Admitted)
        || (population!.Admitted == Options.Users && loops.Failed == Options.Users);

    /// <summary>What makes it pointless to go on.</summary>
    /// <param name="enough">Requests without an answer, or users that failed to start, that it takes to say so: a few in the middle of a run, one at its end.</param>
    Outcome? Pointless(int enough)
    {
        if (loops.Failed >= Math.Min(enough, Options.Users) && loops.Failed == population!.Admitted && loops.Run.Faults.FirstOrDefault() is { } fault) return Outcome.NoUserStarted(fault);
        if (loops.Requests == 0 || loops.Requests > loops.Failures) return null;
        return Outcome.IsUnreachable(ResultBuilder.RequestsOf(loops), enough, out var example)
            ? Outcome.Unreachable(loops.Run.Faults.FirstOrDefault(), example)
            : null;
    }

    /// <summary>Where the governor has stopped the run: nobody begins anything any more.</summary>
    Outcome? OverMemory()
    {
        if (population!.Decision.Admission != Admission.Stop) return null;
        loops.Run.Stop();
        return Outcome.OverMemory(population);
    }

    /// <summary>No iteration begins any more; those that run get their time, then they are cut.</summary>
    void StopUsers()
    {
        loops.Run.Stop();
        if (IsOverMemory && population!.Decision.Tier == Tier.Wall) Spared(() => loops.Ask(static loop => loop.Cut(), Brief(TimeSpan.FromSeconds(1))));
        Spared(() => recorder.Enter(RunPhase.Stopping));
        loops.Ask(static loop => loop.BeginStop(), Brief(TimeSpan.FromSeconds(1)));
        if (loops.InFlight > 0 || loops.Running > 0) log.Information("Waiting up to {Patience} s for what is in flight", Patience.TotalSeconds);
        Await(Patience, isCut: false);
        loops.Ask(static loop => loop.Cut(), Brief(TimeSpan.FromSeconds(1)));
        // User code that awaits something else than a request can't be cut; it is left behind.
        Await(Brief(TimeSpan.FromSeconds(1)), isCut: true);
        population!.Look();
        if (loops.Repeats > 0)
        {
            recorder.Warn("repeats", $"{loops.Repeats} requests met a connection that the server had just closed, and were sent again on a fresh one.");
        }

        recorder.Tick(population, Options.Users);
    }

    /// <summary>Does what may be refused memory, and goes on without it where it is.</summary>
    static void Spared(Action work)
    {
        try
        {
            work();
        }
        catch (OutOfMemoryException)
        {
            // Users' code that cannot be cut holds all there is; the reserve is what results are written with.
        }
    }

    /// <summary>Where memory is what ended the run, there is no time to lose: what is in flight would only need more of it.</summary>
    TimeSpan Patience => !IsOverMemory ? Options.StopTimeout
        : population!.Decision.Tier == Tier.Wall ? TimeSpan.Zero
        : TimeSpan.FromMilliseconds(Math.Min(500, Options.StopTimeout.TotalMilliseconds));

    bool IsOverMemory => outcome is { ExitCode: (int)ExitCode.OverMemory };

    TimeSpan Brief(TimeSpan usual) => IsOverMemory ? usual / 4 : usual;

    /// <summary>Waits until all users have stopped. Those that finish may still take memory: the governor may cut the time short.</summary>
    void Await(TimeSpan patience, bool isCut)
    {
        var waited = Stopwatch.StartNew();
        while (loops.Stopped + loops.Failed < population!.Admitted && waited.Elapsed < patience)
        {
            if (!isCut && IsHurried()) return;
            Thread.Sleep(Step);
            population.Look();
            if (isCut || IsOverMemory || OverMemory() is not { } over) continue;
            outcome = over;
            return;
        }
    }

    /// <summary>A signal while users stop: the first, or where one had stopped the run already, another.</summary>
    bool IsHurried() => outcome is null ? signal.Token.IsCancellationRequested : signal.IsUrgent;

    void LogProgress() => log.Information(
        "{Elapsed:0} s  users {Running} of {Planned}  requests {Requests}  failed {Failures}  memory {Memory}",
        recorder.Elapsed.TotalSeconds, loops.Running, Options.Users, loops.Requests, loops.Failures,
        budget.Amount is { } amount ? $"{population!.Reading.Unreclaimable} of {amount}" : population!.Reading.Unreclaimable.ToString());

    void RunHook(BootstrapEntry hook, CancellationToken cancel) =>
        new Bootstrapper(loops.All[0].Http, log, request.Args, Options.Agent).RunOnLoop(hook, request.Scenario.ScopeOf(hook), request.Supplies, cancel);

    RunStarted Describe()
    {
        var counts = request.Scenario.UsersPerClass(Options.Users);
        return new RunStarted
        {
            AgentVersion = RunRequest.Version,
            ProcessId = Environment.ProcessId,
            StartedAt = DateTimeOffset.UtcNow,
            Scenario = request.Scenario.Name,
            PlannedUsers = Options.Users,
            RampPerSecond = Options.RampPerSecond > 0 ? Options.RampPerSecond : double.PositiveInfinity,
            Duration = Options.Duration,
            Iterations = Options.Iterations,
            Budget = budget.Amount,
            BudgetSource = budget.Source,
            Limit = memory.Read(0).Limit,
            Loops = Options.Loops,
            Seed = (ulong)Options.Seed,
            Classes = [.. request.Scenario.Users.Select((user, index) => new PlannedClass(user.Class.Name, counts[index]))],
            Options = [.. request.Effective.Select(static option => new EffectiveOption(option.Name, option.Value))],
        };
    }

    /// <summary>Whether the plan needs more connections than this process may have.</summary>
    string? DescriptorProblem()
    {
        var counts = request.Scenario.UsersPerClass(Options.Users);
        var users = request.Scenario.Users.Select((user, index) => user.Class.IsHttp ? counts[index] : 0L).Sum();
        var connections = Options.Connections.Shared > 0 ? Math.Min(users, Options.Connections.Shared) : users;
        if (OpenFileLimit.TryRaise(connections, out var needed, out var allowed)) return null;
        return $"--users {Options.Users} need {needed:N0} open files, a connection each, and this process may have {allowed:N0} (its hard limit, ulimit -Hn). "
            + $"Raise that limit, lower --users, or share connections: --connections {Math.Max(1, connections - (needed - allowed))}.";
    }

    static HttpSettings HttpSettingsOf(AgentOptions options, int loops) => new()
    {
        BaseUrl = options.Url,
        Timeout = options.Timeout,
        ConnectTimeout = options.ConnectTimeout,
        FirstByteTimeout = options.FirstByteTimeout,
        Connections = options.Connections,
        ResolveRules = options.ResolveRules,
        Loops = loops,
        FollowsRedirects = options.FollowsRedirects,
        Shape = options.Shape,
        Seed = options.Seed,
        Tls = options.Tls,
    };

    /// <summary>The loops, running, without a user.</summary>
    public static LoopSet CreateLoops(RunRequest request, int count, Logger log)
    {
        var options = request.Options;
        var run = new SharedRun(options.Iterations, options.Seed);
        return new LoopSet(
            count, request.Scenario.Scopes.Count,
            () => options.Poller == PollerKind.Portable ? new PortablePoller() : Poller.Create(),
            HttpSettingsOf(options, count), run,
            (loop, fault) =>
            {
                if (SharedRun.IsForWantOfMemory(fault)) run.OnOutOfMemory("the engine");
                else log.Error("On loop {Loop}, an exception escaped from an async void method or an engine callback: {Fault}", loop.Index, fault);
            });
    }

    static int Width() => Console.IsOutputRedirected ? 100 : Math.Clamp(Console.WindowWidth, 60, 140);
}
