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

    /// <summary>Made before it is needed: with the heap full, not even a delegate may be had.</summary>
    static readonly Action GiveBack =
        static () => GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    readonly RunRequest request;
    readonly GcSettings collector;
    readonly HeapLimit heap;
    readonly MemoryReader memory;
    readonly StopSignal signal;
    readonly LooseWriter? errors;
    readonly PoolThreads? pool;
    readonly Logger log;
    readonly LoopSet loops;
    readonly JournalWriter? journal;
    readonly string? journalProblem;
    readonly RecordStream records;
    readonly RunRecorder recorder;
    readonly RunJudge judge;
    readonly RunStarted started;
    readonly long origin = Stopwatch.GetTimestamp();
    readonly Action stopHooks;
    readonly Action tellRefusedHooks;
    readonly Action tellUncaught;
    readonly Action finishLog;
    Budget budget;
    Population? population;
    RunningLoad? load;
    ControlSocket? socket;
    LiveControl? control;
    RunExports? exports;
    BootstrapWatch? bootstrapping;
    BootstrapWatch? awaiting;
    Outcome? outcome;
    string? lostOfLog;

    public AgentRun(
        RunRequest request, Budget budget, GcSettings collector, MemoryReader memory, StopSignal signal,
        LooseWriter? errors = null, PoolThreads? pool = null)
    {
        (this.request, this.budget, this.collector, this.memory, this.signal, this.errors, this.pool) =
            (request, budget, collector, memory, signal, errors, pool);
        heap = new HeapLimit(collector);
        var options = request.Options;
        log = Logging.Create(options.Log);
        if (options.JournalPath is { } path) JournalWriter.TryCreate(path, out journal, out journalProblem);
        records = new RecordStream(journal);
        loops = RunLoops.Create(request, options.Loops, log, origin);
        recorder = new RunRecorder(loops, request.Scenario, records, log, origin);
        judge = new RunJudge(request, loops, recorder);
        started = RunDescription.Of(request, budget);
        (stopHooks, tellRefusedHooks, tellUncaught, finishLog) = (StopHooks, TellRefusedHooks, OnUncaught, FinishLog);
    }

    AgentOptions Options => request.Options;

    /// <summary>The budget, as it is now; null where nothing is guarded.</summary>
    Budget? Guarded => Options.OverMemory == OverMemory.Ignore ? null : population?.Guard.Resolve() ?? budget;

    /// <summary>What keeps the run from beginning, for people; null where nothing does.</summary>
    public string? Problem => journalProblem ?? RunLoops.DescriptorProblem(request);

    /// <summary>Why the collector has the caps that are built in; null where it has those for the budget.</summary>
    public string? CollectorProblem { get; init; }

    /// <summary>Says what runs, under which budget.</summary>
    public void Open()
    {
        var isTold = Options.OverMemory == OverMemory.Ignore || UncaughtRefusals.TryTell(tellUncaught);
        recorder.Define(started, request.Schedule);
        recorder.Enter(RunPhase.Starting);
        log.Information("{Scenario}: users {Users}; memory {Budget}", request.Scenario.Name,
            request.Schedule.MostUsers, budget.Source);
        if (budget.Remark is not null) recorder.Warn("budget", budget.Remark);
        if (Options.Tls.IsInsecure)
        {
            recorder.Warn("insecure",
                "--insecure: certificates are not verified; whoever is in between can read and change everything.");
        }

        if (!isTold)
        {
            recorder.Warn("handler", "The load file deals with exceptions that nobody catches itself "
                + "(ExceptionHandling.SetUnhandledExceptionHandler): where the runtime's own threads are refused "
                + "memory, that decides whether the process lives on, and not LeanLoad.");
        }

        recorder.WarnOfLoss();
        foreach (var warning in request.Warnings) recorder.Warn(warning, warning);
        recorder.WarnOf(memory);
        if (!collector.TryApply(out var problem))
        {
            recorder.Warn("heap limit", $"The heap limit could not be set: {problem}.");
        }

        if (CollectorProblem is not null)
        {
            recorder.Warn("collector", "More garbage may stand than the budget allows for, as the collector could not "
                + $"be set up for it: {CollectorProblem}.");
        }

        // Before anything that may end the run: what stands there from the last one must not be taken for this one's.
        exports = new(Options.CsvPrefix, Options.JUnitPath, Options.HdrPath, started.StartedAt, recorder.Warn);
        string[] json = Options.JsonPath is { } path and not "-" ? [path] : [];
        if (!EarlierResults.TrySetAside([.. exports.Paths, .. json], out var kept)) recorder.Warn("earlier", kept);
        pool?.Complete();
    }

    // A thread of the runtime's was refused memory: the next look ends what is under way, with its results.
    void OnUncaught()
    {
        loops.Run.OnOutOfMemory("the runtime");
        awaiting?.OnRefused();
    }

    /// <summary>Waits for the target where that is asked for.</summary>
    public bool TryMeetTarget()
    {
        if (Options.WaitForTarget is not { } patience) return true;
        try
        {
            if (TargetWait.For(Options.Url!, RunLoops.HttpOf(Options, Options.Loops), patience,
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
        var watch = new BootstrapWatch(memory, Guarded,
            reading => recorder.Bootstrapping(reading, request.Schedule.MostUsers))
        {
            OnLimit = FollowLimit,
            OnBound = pool is null ? null : pool.Hold,
        };
        memory.WatcherBuffer = LeanLoadEventSource.Log.Buffers;
        (bootstrapping, awaiting) = (watch, watch);
        var bootstrapper = new Bootstrapper(loops.All[0].Http, log, request.Args, Options.Agent, watch);
        if (!TryPrepare(
            failure => Outcome.BootstrapFailed(failure.Message, TooSmallFor(failure)),
            () => bootstrapper.Run(
                request.Scenario.Bootstraps, request.Scenario.ScopeOf, request.Supplies, signal.Token)))
        {
            return false;
        }

        watch.Tell();
        recorder.Enter(RunPhase.Ready);
        log.Information("Ready");
        return true;
    }

    // Before there are users and a guard: what they begin with, and what a bootstrap is refused by, is the new budget.
    void FollowLimit(LimitChange change, MemoryReading reading)
    {
        budget = Budget.Resolve(budget.Asked, reading, memory.Ahead);
        heap.Share(budget.Amount, request.Schedule.MostUsers);
        recorder.Follow(budget);
        var text = change.Tell(heap.Limit);
        recorder.Warn(change.Code(text), text);
    }

    /// <summary>Runs what the load file wants done once before the first user.</summary>
    public bool TryStart()
    {
        var isReady = request.Scenario.Started.All(hook => TryPrepare(
            failure => Outcome.HookFailed(Tell(hook, failure), TooSmallFor(failure)),
            () => RunHook(hook, bootstrapping!, signal.Token)));
        bootstrapping!.Tell();
        return isReady;
    }

    /// <summary>
    /// Runs what it wants done once after the last user; whatever comes of it, there are results to report. Users that
    /// could not be cut may hold all there is.
    /// </summary>
    public void StopRun()
    {
        if (request.Scenario.Stopped.Count == 0) return;
        // What users held is theirs no more, and what is to be done may need its room.
        if (outcome.IsOverMemory()) Spared.Do(GiveBack);
        if (!Spared.Do(stopHooks)) Spared.Insist(tellRefusedHooks);
    }

    void TellRefusedHooks()
    {
        const string Refused =
            "Not all that is to be done once after the last user was done: the agent was refused memory";
        if (outcome is { ExitCode: 0 } passed && Guarded is { Amount: not null } tooSmall)
        {
            outcome = Outcome.HookFailed(Refused, tooSmall).After(passed);
        }
        else recorder.Warn("stop", $"{Refused}.");
    }

    void StopHooks()
    {
        // Before a hook takes what it takes: to tell a budget takes some, too.
        var guarded = Guarded;
        foreach (var hook in request.Scenario.Stopped)
        {
            try
            {
                var watch = new BootstrapWatch(memory, guarded, static _ => { })
                {
                    OnBound = pool is null ? null : pool.Hold,
                };
                RunHook(hook, watch, CancellationToken.None);
            }
            catch (BootstrapFailure failure) when (
                outcome is { ExitCode: 0 } && failure.IsForWantOfMemory && guarded?.Amount is not null)
            {
                outcome = Outcome.HookFailed(Tell(hook, failure), guarded).After(outcome.Value);
            }
            catch (BootstrapFailure failure)
            {
                recorder.Warn(hook.Name, Tell(hook, failure));
            }
        }
    }

    // What the author's code does before the first user; false, and the outcome set, where it came to nothing.
    bool TryPrepare(Func<BootstrapFailure, Outcome> failed, Action work)
    {
        try
        {
            work();
        }
        catch (BootstrapFailure failure)
        {
            outcome = failed(failure);
        }
        catch (OperationCanceledException)
        {
            outcome = Outcome.Interrupted(signal.Name);
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            outcome = Outcome.BootstrapFailed("The agent was refused memory before its first user.", Guarded);
        }

        return outcome is null;
    }

    Budget? TooSmallFor(BootstrapFailure failure) => failure.IsForWantOfMemory ? Guarded : null;

    static string Tell(BootstrapEntry hook, BootstrapFailure failure) => $"{hook.Name} failed: {failure.Reason}";

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
        var guard = new Guard(
            memory, collector, budget, Options.OverMemory, request.Schedule.MostUsers, loops.Pages, heap)
        {
            StartGate = Options.Starting,
        };
        population = new Population(loops, request.Scenario, request.Schedule, request.Supplies, guard) { Pool = pool };
        population.ReadBase(recorder.Elapsed);
        recorder.Reached(population);
        recorder.Enter(RunPhase.Ramp);
        load = new RunningLoad(Options, loops, request.Scenario, population, recorder);
        recorder.OnSecond = exports!.WantsSeconds ? exports.Add : null;
        control = new LiveControl(load, loops, socket, log);
        if (TerminalKeys.AreThere) log.Information(TerminalKeys.Help);
        var ramp = Stopwatch.StartNew();
        ProgramPages.LetGo();
        var watch = new UsersWatch(request, loops, load, memory, judge, recorder, log);
        // What ends the run is made now: when memory is what ends it, there may be none to make it.
        var end = new UsersEnd(Options, loops, load, control, judge, signal, recorder, log);
        Action tellBudget = () => watch.TellBudget(budget.Amount), warn = () => recorder.WarnOf(population.Guard),
            tellPlan = TellPlan, decide = Decide;
        while (outcome is null)
        {
            try
            {
                if (load.IsOver) break;
                load.Step();
                outcome = judge.OverMemory(population);
                if (Options.IsPlan && Canary.IsEnough(population.Plateaus, population.Projection, population.Decision))
                {
                    load.AskToStop("--plan");
                }

                control.Wait(Step, signal.Token);
                if (signal.Token.IsCancellationRequested) outcome ??= Outcome.Interrupted(signal.Name);
                outcome ??= watch.Look(ramp.Elapsed);
            }
            catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
            {
                OnRefused();
            }
        }

        // One that was noticed only when it ended the run.
        Spared.Do(warn);
        outcome = end.Run(outcome);
        if (Options.IsPlan) Spared.Insist(tellPlan);
        Spared.Insist(decide);
        Spared.Do(tellBudget);
    }

    /// <summary>
    /// The control thread itself was refused memory. Where memory is guarded, nothing begins any more, and that ends
    /// its loop: to wait for a look that finds so would be to wait for memory to look with, while users that allocate
    /// nothing go on. Where it is not, a signal is to be heard all the same. Allocates nothing.
    /// </summary>
    void OnRefused()
    {
        loops.Run.OnOutOfMemory("the agent");
        if (Options.OverMemory != OverMemory.Ignore || signal.Token.IsCancellationRequested) loops.Run.Stop();
    }

    void TellPlan()
    {
        if (outcome is null && loops.Run.OutOfMemoryAt is not null)
        {
            population!.Look();
            outcome = judge.OverMemory(population);
        }

        // A plan is not stopped by what it foretells: to say that is all it was asked for.
        if (outcome.IsOverMemory() && population!.Decision.Tier == Tier.Projection) outcome = null;
        outcome ??= judge.Pointless(population!, enough: 1) ?? Outcome.Planned(population!);
    }

    /// <summary>What the run came to, when its users have ended.</summary>
    void Decide()
    {
        // Users were refused memory while they ended, perhaps, and nobody has looked since.
        if (outcome is null) population!.Look();
        // Only now: what the heap gains while users run, they take.
        if (population!.Decision.Admission == Admission.Stop) population.Guard.OpenReserve();
        outcome ??= judge.OverMemory(population);
        if (outcome is null && loops.Run.Asked is { } asked) outcome = Outcome.Asked(asked);
        if (outcome is null && signal.Token.IsCancellationRequested) outcome = Outcome.Interrupted(signal.Name);
        outcome ??= judge.AtEnd(population, load!.StoppedBy);
    }

    /// <summary>Reports what exists, and stores it.</summary>
    public ExitCode Finish(TextWriter output)
    {
        loops.Stop(TimeSpan.FromSeconds(1));
        // What users held to the last is theirs no more, and the results take its room.
        if (outcome.IsOverMemory())
        {
            Spared.Do(GiveBack);
        }

        recorder.Enter(RunPhase.Ended);
        recorder.Fold();
        var ended = outcome!.Value;
        if (records.JournalProblem is { } lost) ended = ended.WithLoss(lost);
        // What was logged stands before the summary, where both are read on one terminal.
        Spared.Do(finishLog);
        if (lostOfLog is { } unread) ended = ended.WithLoss(unread);
        var result = ResultBuilder.Build(
            started, recorder, loops, request.Scenario, population, ended, bootstrapping?.Highest);
        if (load is not null) result = judge.Judged(result, load);
        exports!.Finish(result);
        foreach (var (_, missing) in exports.Problems) result = result.With(result.Outcome.WithLoss(missing));
        string? unwritten = null;
        if (Options.JsonPath is { } path && !ResultFile.TryWrite(path, result, out unwritten))
        {
            result = result.With(result.Outcome.WithLoss(unwritten!));
        }

        if (Options.JsonPath != "-" && !TerminalSummary.TryShow(result, output, out var unseen))
        {
            result = result.With(result.Outcome.WithLoss(unseen));
            if (Options.JsonPath is { } again && unwritten is null) ResultFile.TryWrite(again, result, out _);
        }

        recorder.Close(result);
        records.Write(new RunEnded(
            recorder.Elapsed, result.ExitCode, result.Verdict, records.IsComplete, result.Headline));
        if (records.TryFinish() || records.JournalProblem is not { } late || result.Verdict.Contains(late))
        {
            return (ExitCode)result.ExitCode;
        }

        // Everything else is stored and shown already; what the journal lacks is its own end.
        log.Error("{Problem:l}", late);
        return (ExitCode)result.Outcome.WithLoss(late).ExitCode;
    }

    void FinishLog()
    {
        try
        {
            errors?.Finish();
        }
        finally
        {
            lostOfLog = errors?.Lost;
        }
    }

    public void Dispose()
    {
        UncaughtRefusals.TellNoMore(tellUncaught);
        exports?.Dispose();
        socket?.Dispose();
        records.Dispose();
        loops.Dispose();
        log.Dispose();
    }

    void RunHook(BootstrapEntry hook, BootstrapWatch watch, CancellationToken cancel)
    {
        awaiting = watch;
        new Bootstrapper(loops.All[0].Http, log, request.Args, Options.Agent, watch)
            .RunOnLoop(hook, request.Scenario.ScopeOf(hook), request.Supplies, cancel);
    }
}
