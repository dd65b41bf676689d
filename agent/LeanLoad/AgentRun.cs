using System.Diagnostics;
using LeanLoad.Bootstraps;
using LeanLoad.Cli;
using LeanLoad.Control;
using LeanLoad.Diagnostics;
using LeanLoad.Exports;
using LeanLoad.Http;
using LeanLoad.Loop;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Stats;
using LeanLoad.Users;
using Serilog.Core;

namespace LeanLoad;

/// <summary>
/// One run of an agent, phase by phase, on the control thread. Whatever ends a phase early, <see cref="Finish"/> still
/// reports what exists.
/// </summary>
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
    readonly long origin = Stopwatch.GetTimestamp();
    Population? population;
    RunningLoad? load;
    ControlSocket? socket;
    LiveControl? control;
    RunExports? exports;
    Outcome? outcome;

    public AgentRun(RunRequest request, Budget budget, GcSettings collector, MemoryReader memory, StopSignal signal)
    {
        (this.request, this.budget, this.collector, this.memory, this.signal) =
            (request, budget, collector, memory, signal);
        var options = request.Options;
        log = Logging.Create(options.Log);
        if (options.JournalPath is { } path) JournalWriter.TryCreate(path, out journal, out journalProblem);
        records = new RecordStream(journal);
        loops = CreateLoops(request, options.Loops, log, origin);
        recorder = new RunRecorder(loops, request.Scenario, records, log, origin);
        started = Describe();
    }

    AgentOptions Options => request.Options;

    /// <summary>
    /// The child's side of an isolated bootstrap: settings, one loop, one bootstrap, and its result goes home.
    /// </summary>
    public static ExitCode RunChild(RunRequest request, BootstrapChild child)
    {
        // Standard output is the agent's, for its summary; a signal to the terminal's whole group is the agent's too,
        // which then ends the child.
        Console.SetOut(Console.Error);
        using var signal = new StopSignal();
        using var log = Logging.Create(request.Options.Log);
        using var loops = CreateLoops(request, 1, log, Stopwatch.GetTimestamp());
        var entry = request.Scenario.Bootstraps.First(one => one.Name == child.Name);
        var http = loops.All[0].Http;
        var bootstrapper = new Bootstrapper(http, log, request.Args, request.Options.Agent);
        var sent = child.Run(entry, () =>
            bootstrapper.RunOnLoop(entry, request.Scenario.ScopeOf(entry), request.Supplies, CancellationToken.None));
        return sent ? ExitCode.Passed : ExitCode.InternalError;
    }

    /// <summary>What keeps the run from beginning, for people; null where nothing does.</summary>
    public string? Problem => journalProblem ?? DescriptorProblem();

    /// <summary>Says what runs, under which budget.</summary>
    public void Open()
    {
        // The runtime's pool makes objects of its own when the first piece of work ends. With the heap at its limit
        // that would throw on the pool's thread, where nobody can catch it, and abort the process: so let it happen
        // now.
        ThreadPool.UnsafeQueueUserWorkItem(static _ => { }, null);
        recorder.Define(started);
        recorder.Enter(RunPhase.Starting);
        log.Information("{Scenario}: {Users} users; memory {Budget}", request.Scenario.Name, Options.Plan.Users,
            budget.Source);
        if (budget.Remark is not null) recorder.Warn("budget", budget.Remark);
        if (Options.Tls.IsInsecure)
        {
            recorder.Warn("insecure",
                "--insecure: certificates are not verified; whoever is in between can read and change everything.");
        }

        foreach (var warning in request.Warnings) recorder.Warn(warning, warning);
        if (!collector.TryApply(out var problem))
        {
            recorder.Warn("heap limit", $"The heap limit could not be set: {problem}.");
        }
    }

    /// <summary>Waits for the target where that is asked for.</summary>
    public bool TryMeetTarget()
    {
        if (Options.WaitForTarget is not { } patience) return true;
        try
        {
            if (TargetWait.For(Options.Url!, HttpSettingsOf(Options, Options.Loops), patience,
                signal.Token) is { } problem)
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

    /// <summary>
    /// Runs what it wants done once after the last user; whatever comes of it, there are results to report.
    /// </summary>
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

    /// <summary>
    /// Opens the control socket where one is asked for; false, and the problem told, where that fails.
    /// </summary>
    public bool TryOpenControl(TextWriter error)
    {
        if (Options.ControlPath is not { } path || ControlSocket.TryOpen(path, out socket, out var problem))
        {
            return true;
        }

        error.WriteLine(problem);
        return false;
    }

    /// <summary>Admits users, watches memory, and ends when the plan, a signal or the governor says so.</summary>
    public void RunUsers()
    {
        var guard = new Guard(memory, collector, budget, Options.OverMemory, Options.Plan.Users, loops.Pages)
        {
            StartGate = Options.Starting,
        };
        population = new Population(loops, request.Scenario, Options.Plan, request.Supplies, guard);
        population.ReadBase(recorder.Elapsed);
        recorder.Reached(population);
        recorder.Enter(RunPhase.Ramp);
        load = new RunningLoad(Options, loops, request.Scenario, population, recorder);
        recorder.OnSecond = (exports = OpenExports()).WantsSeconds ? exports.Add : null;
        control = new LiveControl(load, loops, socket, log);
        if (TerminalKeys.AreThere) log.Information(TerminalKeys.Help);
        var ramp = Stopwatch.StartNew();
        ProgramPages.LetGo();
        var second = new Second(this);
        while (outcome is null && !load.IsOver)
        {
            try
            {
                load.Step();
                outcome = OverMemory();
                if (Options.IsPlan && Canary.IsEnough(population.Plateaus, population.Projection, population.Decision))
                {
                    load.AskToStop("--plan");
                }

                control.Wait(Step, signal.Token);
                if (signal.Token.IsCancellationRequested) outcome ??= Outcome.Interrupted(signal.Name);
                if (outcome is null) second.Turn(ramp.Elapsed);
            }
            catch (OutOfMemoryException)
            {
                // The next look stops the run, and what users give up is room to do so in.
                loops.Run.OnOutOfMemory("the agent");
            }
        }

        // One that was noticed only when it ended the run.
        Spared(WarnOfLeak);
        // A plan is not stopped by what it foretells: to say that is all it was asked for.
        if (Options.IsPlan && outcome is { ExitCode: (int)ExitCode.OverMemory } && population.Projection is not null)
        {
            outcome = null;
        }

        if (Options.IsPlan && outcome is null) outcome = Pointless(enough: 1) ?? Outcome.Planned(population);
        Spared(StopUsers);
        // Only now: what the heap gains while users run, they take.
        if (population.Decision.Admission == Admission.Stop) guard.OpenReserve();
        outcome ??= OverMemory();
        if (outcome is null && loops.Run.Asked is { } asked) outcome = Outcome.Asked(asked);
        if (outcome is null && signal.Token.IsCancellationRequested) outcome = Outcome.Interrupted(signal.Name);
        if (outcome is not null) return;
        var requests = ResultBuilder.RequestsOf(loops);
        outcome = Pointless(enough: 1) ?? Outcome.GeneratorLimited(requests) ?? Outcome.WithoutSuccess(loops)
            ?? Outcome.Passed(population, budget, load.StoppedBy);
    }

    void WarnOfLeak()
    {
        if (population!.Guard.TakeLeakWarning() is { } growing) recorder.Warn("leak", growing);
    }

    /// <summary>Reports what exists, and stores it.</summary>
    public ExitCode Finish(TextWriter output)
    {
        loops.Stop(TimeSpan.FromSeconds(1));
        // What users held to the last is theirs no more, and the results take its room.
        if (IsOverMemory)
        {
            Spared(static () => GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true));
        }

        recorder.Enter(RunPhase.Ended);
        recorder.Fold();
        var ended = outcome!.Value;
        if (records.JournalProblem is { } lost) ended = ended.WithLoss(lost);
        var result = ResultBuilder.Build(started, recorder, loops, request.Scenario, population, ended);
        if (load is not null) result = Judged(result, load);
        exports?.Finish(result);
        ended = new Outcome(result.ExitCode, result.Headline, result.Verdict);
        foreach (var missing in exports?.Problems ?? []) ended = ended.WithLoss(missing);
        result = result with { ExitCode = ended.ExitCode, Headline = ended.Headline, Verdict = ended.Verdict };
        if (Options.JsonPath is { } path && ResultFile.TryWrite(path, result, out var problem) is false)
        {
            ended = ended.WithLoss(problem!);
            result = result with { ExitCode = ended.ExitCode, Headline = ended.Headline, Verdict = ended.Verdict };
        }

        if (Options.JsonPath != "-") new TerminalSummary(output, Width(), !Console.IsOutputRedirected).Write(result);
        recorder.Close(result);
        records.Write(new RunEnded(
            recorder.Elapsed, ended.ExitCode, ended.Verdict, records.IsComplete, ended.Headline));
        if (records.TryFinish() || records.JournalProblem is not { } late || result.Verdict.Contains(late))
        {
            return (ExitCode)ended.ExitCode;
        }

        // Everything else is stored and shown already; what the journal lacks is its own end.
        log.Error("{Problem:l}", late);
        return (ExitCode)ended.WithLoss(late).ExitCode;
    }

    RunExports OpenExports() => new(Options.CsvPrefix, Options.JUnitPath, Options.HdrPath, started.StartedAt);

    /// <summary>
    /// With the explanation and the thresholds; a run that passed so far may fail by them, or be worth nothing.
    /// </summary>
    RunResult Judged(RunResult result, RunningLoad load)
    {
        var judge = Judge(ResultBuilder.RequestsOf(loops), result.LoadTime);
        result = result with { Thresholds = [.. Options.FailIf.Select(judge.Judge)] };
        var facts =
            new LoadFacts(load.Plan.IsOpen, load.Plan.Users, loops.BegunLate, Options.Loops, recorder.Levels.Known(30));
        result = result with { Explanation = Explanation.Of(result, facts) };
        if (result.ExitCode != 0 || Options.IsPlan) return result;
        var judged = new Outcome(result.ExitCode, result.Headline, result.Verdict)
            .WithThresholds(result.Thresholds)
            .WithGenerator(Options.WhenLimited == WhenLimited.Fail ? GeneratorVerdict.Problem(result.Generator) : null);
        return result with { ExitCode = judged.ExitCode, Headline = judged.Headline, Verdict = judged.Verdict };
    }

    /// <summary>The first threshold that has failed, whatever comes; null while all may hold.</summary>
    Threshold? FailedAlready()
    {
        var requests = new SortedDictionary<int, RequestStats>();
        loops.Ask(loop =>
        {
            lock (requests) loop.Http.Requests.AddTo(requests);
        }, Step);
        lock (requests) return Options.FailIf.FirstOrDefault(
            Judge(requests, recorder.Elapsed - recorder.Windows.EpochBegan).HasFailed);
    }

    ThresholdJudge Judge(SortedDictionary<int, RequestStats> requests, TimeSpan loadTime) =>
        new(requests, id => loops.Names[id], ResultBuilder.TasksOf(loops, request.Scenario), loops.Books, loadTime);

    public void Dispose()
    {
        exports?.Dispose();
        socket?.Dispose();
        records.Dispose();
        loops.Dispose();
        log.Dispose();
    }

    /// <summary>What is done once a second while users run.</summary>
    sealed class Second(AgentRun run)
    {
        TimeSpan nextTick = TimeSpan.FromSeconds(1);
        TimeSpan nextProgress = ProgressEvery;

        public void Turn(TimeSpan ramp)
        {
            var (population, load) = (run.population!, run.load!);
            if (population.Guard.TakeLimitChange() is { } change) run.recorder.Warn(change, change);
            run.WarnOfLeak();
            if (ramp < nextTick) return;
            nextTick += TimeSpan.FromSeconds(1);
            run.recorder.Tick(population, load.Plan.Users);
            run.outcome ??= run.Pointless(enough: 10);
            if (run.Options.FailFast && run.FailedAlready() is { } failed)
            {
                load.AskToStop($"--fail-fast at {failed.Text}");
            }

            if (ramp < nextProgress) return;
            nextProgress += ProgressEvery;
            run.LogProgress();
        }
    }

    /// <summary>What makes it pointless to go on.</summary>
    /// <param name="enough">Requests without an answer, or users that failed to start, that it takes to say so: a few
    /// in the middle of a run, one at its end.</param>
    Outcome? Pointless(int enough)
    {
        if (loops.Failed >= Math.Min(enough, Options.Plan.Users) && loops.Failed == population!.Admitted
            && loops.Run.Faults.FirstOrDefault() is { } fault)
        {
            return Outcome.NoUserStarted(fault);
        }

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
        if (IsOverMemory && population!.Decision.Tier == Tier.Wall)
        {
            loops.Run.Stop();
            Spared(() => loops.Ask(static loop => loop.Cut(), Brief(TimeSpan.FromSeconds(1))));
        }

        Spared(() => recorder.Enter(RunPhase.Stopping));
        Spared(() => load!.Stop(Brief(TimeSpan.FromSeconds(1))));
        if (loops.InFlight > 0 || loops.Running > 0)
        {
            log.Information("Waiting up to {Patience} s for what is in flight", Patience.TotalSeconds);
        }

        Await(Patience, isCut: false);
        loops.Ask(static loop => loop.Cut(), Brief(TimeSpan.FromSeconds(1)));
        // User code that awaits something else than a request can't be cut; it is left behind.
        Await(Brief(TimeSpan.FromSeconds(1)), isCut: true);
        control!.Close();
        population!.Look();
        if (loops.Repeats > 0)
        {
            recorder.Warn("repeats",
                $"{loops.Repeats} requests met a connection that the server had just closed, and were sent again on "
                + "a fresh one.");
        }

        recorder.Tick(population, load!.Plan.Users);
    }

    /// <summary>Waits a step; commands are answered meanwhile, also that the run is stopping.</summary>
    void Pause()
    {
        if (socket is null) Thread.Sleep(Step);
        else control!.Wait(Step, CancellationToken.None);
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

    /// <summary>
    /// Where memory is what ended the run, there is no time to lose: what is in flight would only need more of it.
    /// </summary>
    TimeSpan Patience => !IsOverMemory ? Options.StopTimeout
        : population!.Decision.Tier == Tier.Wall ? TimeSpan.Zero
        : TimeSpan.FromMilliseconds(Math.Min(500, Options.StopTimeout.TotalMilliseconds));

    bool IsOverMemory => outcome is { ExitCode: (int)ExitCode.OverMemory };

    TimeSpan Brief(TimeSpan usual) => IsOverMemory ? usual / 4 : usual;

    /// <summary>
    /// Waits until all users have stopped. Those that finish may still take memory: the governor may cut the time
    /// short.
    /// </summary>
    void Await(TimeSpan patience, bool isCut)
    {
        var waited = Stopwatch.StartNew();
        while (loops.Stopped + loops.Failed < population!.Admitted && waited.Elapsed < patience)
        {
            if (!isCut && IsHurried()) return;
            Pause();
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
        recorder.Elapsed.TotalSeconds, loops.Running, load?.Plan.Users ?? Options.Plan.Users, loops.Requests,
        loops.Failures,
        budget.Amount is { } amount ? $"{population!.Reading.Unreclaimable} of {amount}"
            : population!.Reading.Unreclaimable.ToString());

    void RunHook(BootstrapEntry hook, CancellationToken cancel) =>
        new Bootstrapper(loops.All[0].Http, log, request.Args, Options.Agent)
            .RunOnLoop(hook, request.Scenario.ScopeOf(hook), request.Supplies, cancel);

    RunStarted Describe()
    {
        var counts = request.Scenario.UsersPerClass(Options.Plan.Users);
        return new RunStarted
        {
            AgentVersion = RunRequest.Version,
            ProcessId = Environment.ProcessId,
            StartedAt = DateTimeOffset.UtcNow,
            Scenario = request.Scenario.Name,
            PlannedUsers = Options.Plan.Users,
            RampPerSecond = Options.RampPerSecond > 0 ? Options.RampPerSecond : double.PositiveInfinity,
            Duration = Options.Duration,
            Iterations = Options.Iterations,
            Budget = budget.Amount,
            BudgetSource = budget.Source,
            Limit = memory.Read(0).Limit,
            Loops = Options.Loops,
            Seed = (ulong)Options.Seed,
            Classes =
                [.. request.Scenario.Users.Select((user, index) => new PlannedClass(user.Class.Name, counts[index]))],
            Options = [.. request.Effective.Select(static option => new EffectiveOption(option.Name, option.Value))],
        };
    }

    /// <summary>Whether the plan needs more connections than this process may have.</summary>
    string? DescriptorProblem()
    {
        var counts = request.Scenario.UsersPerClass(Options.Plan.Users);
        var users = request.Scenario.Users.Select((user, index) => user.Class.IsHttp ? counts[index] : 0L).Sum();
        var connections = Options.Connections.Shared > 0 ? Math.Min(users, Options.Connections.Shared) : users;
        if (OpenFileLimit.TryRaise(connections, out var needed, out var allowed)) return null;
        return $"{Options.Plan.Users} users need {needed:N0} open files, a connection each, and this process may have "
            + $"{allowed:N0} (its hard limit, ulimit -Hn). "
            + "Raise that limit, lower --users, or share connections: --connections "
            + $"{Math.Max(1, connections - (needed - allowed))}.";
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
    public static LoopSet CreateLoops(RunRequest request, int count, Logger log, long origin = 0)
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
                else log.Error("On loop {Loop}, an exception escaped from an async void method or an engine "
                    + "callback: {Fault}", loop.Index, fault);
            },
            origin);
    }

    static int Width() => Console.IsOutputRedirected ? 100 : Math.Clamp(Console.WindowWidth, 60, 140);
}
