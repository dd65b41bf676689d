using LeanLoad.Memory;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Diagnostics;
using LeanLoad.Profiler.Metrics;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Symbols;
using LeanLoad.Profiler.Verdicts;

namespace LeanLoad.Profiler.Runs;

/// <summary>
/// One agent under the profiler, from its first instruction to its last record: session -> attribution -> projection ->
/// verdict. What it said is kept whatever way it ends.
/// </summary>
sealed class ProfiledRun : IAsyncDisposable
{
    const int InternalError = 1, Usage = 2, NotStored = 87, Interrupted = 105;

    // An agent tells who it is at once, and to one who comes late within its next second.
    static readonly TimeSpan Introduction = TimeSpan.FromSeconds(10);

    readonly AgentBinary? binary;
    readonly GcSettings? collector;
    readonly Cage? cage;
    readonly List<Collection> collections = [];
    readonly RunRecords? records;
    MetricsExport? metrics;
    string? symbolProblem;
    AgentSession? session;
    bool isDetached;

    ProfiledRun(AgentBinary? binary, GcSettings? collector, Cage? cage, string? journalPath)
    {
        (this.binary, this.collector, this.cage) = (binary, collector, cage);
        records = journalPath is null ? null : RunRecords.Create(journalPath);
    }

    /// <summary>What the agent has told so far.</summary>
    public RunView View { get; } = new();

    /// <summary>The runtime's samples so far.</summary>
    public SampleTally Samples { get; } = new();

    /// <summary>Ends when the stream has been read to its end.</summary>
    public Task Completion => session!.Completion;

    /// <summary>Starts an agent under the profiler.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="say">Hears what is done, line by line.</param>
    /// <param name="onOutput">Hears the agent's own lines.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="AgentException">It can't be built, caged, started or watched.</exception>
    public static async Task<ProfiledRun> StartAsync(
        RunOptions options, Action<string> say, Action<string> onOutput, CancellationToken cancel)
    {
        if (options.Cage is { } limit && limit < Budget.Least)
        {
            throw new AgentException($"--cage {limit}: the agent alone needs {Budget.Least}. Raise it to "
                + $"{Budget.Least.MiB:0}MiB or more.")
            { ExitCode = Usage };
        }

        var binary = await AgentBinary.ResolveAsync(options.Path, say, cancel);
        var (cage, arguments) = Enclose(options, say);
        var collector = options.Collector();
        var command = new AgentCommand(binary, arguments) { Variables = collector.Variables, Cage = cage };
        var run = new ProfiledRun(binary, collector, cage, options.JournalPath);
        try
        {
            run.metrics = await MetricsExport.StartAsync(options.Metrics, cancel);
            run.session = await AgentSession.LaunchAsync(
                command.ToStartInfo(), new SessionOptions { BufferMiB = options.BufferMiB, OnOutput = onOutput },
                run.Sink(say), run.LoadSymbols, cancel);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits at a socket for an agent that somebody else starts.</summary>
    /// <exception cref="AgentException">The path cannot be listened on.</exception>
    public static Task<ProfiledRun> ListenAsync(
        string port, string? journalPath, MetricsOptions metrics, Action<string> say, CancellationToken cancel) =>
        OfForeignAsync(
            journalPath, metrics,
            async run =>
                run.session = await AgentSession.ListenAsync(port, new SessionOptions(), run.Sink(say), cancel),
            cancel);

    /// <summary>Attaches to an agent that runs.</summary>
    /// <exception cref="AgentException">There is none, or what runs there says nothing that an agent says.</exception>
    public static Task<ProfiledRun> AttachAsync(
        int processId, string? journalPath, MetricsOptions metrics, Action<string> say, CancellationToken cancel) =>
        OfForeignAsync(journalPath, metrics, async run =>
        {
            run.session = await AgentSession.AttachAsync(processId, new SessionOptions(), run.Sink(say), cancel);
            if (await run.IsIntroducedAsync(cancel)) return;
            cancel.ThrowIfCancellationRequested();
            throw new AgentException($"--pid {processId} told nothing in {Introduction.TotalSeconds:0} s: it is no "
                + "agent of LeanLoad's, or it stands still.")
            { ExitCode = Usage };
        }, cancel);

    static async Task<ProfiledRun> OfForeignAsync(
        string? journalPath, MetricsOptions metrics, Func<ProfiledRun, Task> open, CancellationToken cancel)
    {
        var run = new ProfiledRun(null, null, null, journalPath);
        try
        {
            run.metrics = await MetricsExport.StartAsync(metrics, cancel);
            await open(run);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the session; an agent that was only attached to runs on.</summary>
    public void Detach()
    {
        isDetached = !Completion.IsCompleted;
        _ = session?.StopAsync(TimeSpan.FromSeconds(2));
    }

    /// <summary>Asks the agent to end with its results.</summary>
    public void AskToEnd() => session?.Agent?.AskToEnd();

    /// <summary>Waits for the end, and sums up.</summary>
    /// <exception cref="AgentException">The agent ended before its first record, as it does when its options are
    /// wrong.</exception>
    public async Task<ProfileResult> FinishAsync()
    {
        var end = await session!.Completion;
        // Of an agent that was attached to, the last record is all that tells how it ended.
        var exitCode = session.Agent is { } agent ? await agent.Exited : View.Ended?.ExitCode
            ?? (isDetached ? Interrupted : InternalError);
        if (View.Started is null) throw EndedBeforeItBegan(exitCode);
        records?.Finish();
        List<string> losses = [.. ((string?[])[metrics?.Finish(), records?.Problem]).OfType<string>()];
        var judgement =
            Judgement.Of(View, Samples, collector ?? GcSettings.For(View.Started.Budget, View.Started.PlannedUsers));
        return new ProfileResult
        {
            Run = ResultOfView.Build(View, judgement, exitCode, isDetached: isDetached && View.Ended is null),
            Judgement = judgement,
            Attribution = Attributed.Table(View, Samples),
            Timeline = View.Ticks,
            Projections = View.Projections,
            Collections = CollectionSummary.Of(collections),
            Session = end,
            Cage = cage?.Read(),
            CageLimit = cage?.Limit,
            Agent = binary,
            SymbolProblem = symbolProblem,
            Machine = Machine.Current(),
            Losses = losses,
            ExitCode = exitCode == 0 && losses.Count > 0 ? NotStored : exitCode,
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (session is not null) await session.DisposeAsync();
        if (metrics is not null) await metrics.DisposeAsync();
        records?.Dispose();
        cage?.Dispose();
    }

    // Its own words are the best there are: it lists everything that is wrong with its options.
    AgentException EndedBeforeItBegan(int exitCode) => session!.Agent is not { } agent
        ? new AgentException("The agent told nothing: it is none of LeanLoad's, or it ended at once.")
        {
            ExitCode = isDetached ? Interrupted : InternalError,
        }
        : new AgentException(agent.ErrorTail.Length > 0 ? agent.ErrorTail
            : $"The agent ended before its run began: {AgentProcess.Describe(exitCode)}.")
        {
            ExitCode = exitCode is 0 or Usage or 3 or Interrupted ? exitCode : InternalError,
        };

    async Task<bool> IsIntroducedAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Introduction);
        while (View.Started is null && !Completion.IsCompleted && !patience.IsCancellationRequested)
        {
            await Task.WhenAny(Completion, Task.Delay(20, patience.Token));
        }

        return View.Started is not null || Completion.IsCompleted;
    }

    void Accept(ReadOnlySpan<byte> record)
    {
        View.Accept(record);
        records?.Append(record);
        metrics?.Accept(record);
    }

    CaptureSink Sink(Action<string> say) => new()
    {
        OnRecord = Accept,
        OnAllocation = Samples.Accept,
        OnCollection = collections.Add,
        OnWarning = say,
    };

    /// <summary>
    /// While the agent stands still before its first instruction: where it is loaded, so that its types can be named.
    /// </summary>
    void LoadSymbols(AgentProcess agent)
    {
        if (binary is not { Runtime: AgentRuntime.Native } native) return;
        if (!ProcessImage.TryRead($"/proc/{agent.Id}", out var image, out symbolProblem)) return;
        // Reading them takes 0.2 s: while the agent runs, not while it waits.
        var symbols =
            Task.Run(() => AgentSymbols.TryLoad(native.Path, out var loaded, out symbolProblem) ? loaded : null);
        Samples.TypeName = type => symbols.Result?.TypeAt(type, image.Start);
    }

    static (Cage? Cage, IReadOnlyList<string> Arguments) Enclose(RunOptions options, Action<string> say)
    {
        if (options.Cage is not { } limit) return (null, options.Arguments);
        if (Cage.TryCreate(limit, out var cage, out var problem))
        {
            say($"The agent runs in a memory cgroup with a hard limit of {limit}: beyond it the kernel kills it.");
            return (cage, options.Arguments);
        }

        if (!options.MayDoWithoutCage)
        {
            throw new AgentException($"--cage {limit}: {problem} Without a cage, give the agent --memory instead.")
            {
                ExitCode = 2,
            };
        }

        say($"{problem} The agent keeps itself to --memory {limit.MiB:0}MiB instead; no kernel stands behind it.");
        return (null, [.. options.Arguments, "--memory",
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{limit.Count}B")]);
    }
}
