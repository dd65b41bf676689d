using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using LeanLoad.Diagnostics;
using LeanLoad.Profiler.Agents;
using Microsoft.Diagnostics.NETCore.Client;

namespace LeanLoad.Profiler.Diagnostics;

/// <summary>
/// One EventPipe session with one agent: starts it, or attaches to it; reads its stream on a thread of its own; ends in
/// the order that loses nothing (stop, drain, close). The session's buffer is memory of the <b>agent</b>, so it is
/// small.
/// </summary>
sealed class AgentSession : IAsyncDisposable
{
    // Keywords of the runtime's provider (ClrEtwAll.man): collections, and randomized allocation sampling.
    const long GarbageCollection = 0x1, AllocationSampling = 0x80000000000;

    readonly DiagnosticPort? port;
    readonly DiagnosticsClientConnector? connector;
    readonly EventPipeSession session;
    readonly EventTranslator translator;
    readonly TaskCompletionSource<SessionEnd> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool isStopping;

    AgentSession(
        AgentProcess? agent, DiagnosticPort? port, DiagnosticsClientConnector? connector,
        EventPipeSession session, CaptureSink sink)
    {
        (Agent, this.port, this.connector, this.session) = (agent, port, connector, session);
        translator = new EventTranslator(sink);
        new Thread(Pump) { IsBackground = true, Name = "LeanLoad session" }.Start();
    }

    /// <summary>The agent's process, where this session started it; null where it attached.</summary>
    public AgentProcess? Agent { get; }

    /// <summary>The agent's process id; through a port, in the agent's own pid namespace, and 0 until something
    /// arrives.</summary>
    public int ProcessId
    {
        get => field == 0 ? translator.ProcessId : field;
        private init;
    }

    /// <summary>Events that the agent dropped so far.</summary>
    public long EventsLost => translator.EventsLost;

    /// <summary>Ends when the stream has been read to its end. Faulted only by an error of a consumer.</summary>
    public Task<SessionEnd> Completion => completion.Task;

    /// <summary>Starts an agent, suspended; attaches; lets it go. Nothing from its first instruction on is
    /// missed.</summary>
    /// <param name="start">What to start; the diagnostic port is added to its environment.</param>
    /// <param name="options">Buffer and deadline.</param>
    /// <param name="sink">Who hears what it says.</param>
    /// <param name="beforeResume">Called with the process while it stands still, to look where it is loaded. May be
    /// null.</param>
    /// <param name="cancel">Ends the agent and gives up.</param>
    /// <exception cref="AgentException">It cannot be started, ended early, or did not connect.</exception>
    public static async Task<AgentSession> LaunchAsync(
        ProcessStartInfo start, SessionOptions options, CaptureSink sink,
        Action<AgentProcess>? beforeResume, CancellationToken cancel)
    {
        var port = DiagnosticPort.Create();
        AgentProcess? agent = null;
        DiagnosticsClientConnector? connector = null;
        AgentSession? started = null;
        try
        {
            port.AddTo(start.Environment);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var connecting = DiagnosticsClientConnector.FromDiagnosticPort(port.Path + ",listen", deadline.Token);
            agent = AgentProcess.Start(start, options.OnOutput);
            connector = await ConnectedAsync(connecting, agent, options.ConnectWithin, deadline, cancel);
            var session = await OpenAsync(connector.Instance, options, cancel);
            started = new AgentSession(agent, port, connector, session, sink) { ProcessId = agent.Id };
            beforeResume?.Invoke(agent);
            Resume(connector.Instance);
            return started;
        }
        catch
        {
            if (started is not null) await started.DisposeAsync();
            else await CloseAsync(agent, connector, port);
            throw;
        }
    }

    /// <summary>Waits at a socket until an agent connects, as a sidecar does
    /// (<c>DOTNET_DiagnosticPorts=PATH,connect,nosuspend</c>).</summary>
    /// <exception cref="AgentException">The path cannot be listened on.</exception>
    public static async Task<AgentSession> ListenAsync(
        string path, SessionOptions options, CaptureSink sink, CancellationToken cancel)
    {
        var port = DiagnosticPort.At(path);
        DiagnosticsClientConnector? connector = null;
        AgentSession? attached = null;
        try
        {
            connector = await DiagnosticsClientConnector.FromDiagnosticPort(port.Path + ",listen", cancel);
            // Cancelled, it does not throw but returns null, whatever its signature says.
            cancel.ThrowIfCancellationRequested();
            var session = await OpenAsync(connector.Instance, options, cancel);
            attached = new AgentSession(null, port, connector, session, sink);
            // Without effect on an agent that did not wait; without it, one that was told to suspend would stand for
            // ever.
            Resume(connector.Instance);
            return attached;
        }
        catch (Exception error)
        {
            if (attached is not null) await attached.DisposeAsync();
            else await CloseAsync(null, connector, port);
            if (error is System.Net.Sockets.SocketException or IOException or UnauthorizedAccessException)
            {
                throw new AgentException($"--port {path} cannot be listened on: {error.Message.TrimEnd('.')}.", error);
            }

            throw;
        }
    }

    /// <summary>Attaches to a running agent by its process id.</summary>
    /// <exception cref="AgentException">There is no such process, it is not .NET, or it belongs to another
    /// user.</exception>
    public static async Task<AgentSession> AttachAsync(
        int processId, SessionOptions options, CaptureSink sink, CancellationToken cancel)
    {
        if (!Directory.Exists($"/proc/{processId}"))
        {
            throw new AgentException($"--pid {processId}: there is no such process here. In a pod, set "
                + "shareProcessNamespace, or attach with --port.")
            { ExitCode = 2 };
        }

        try
        {
            var session = await OpenAsync(new DiagnosticsClient(processId), options, cancel);
            return new AgentSession(null, null, null, session, sink) { ProcessId = processId };
        }
        catch (AgentException error)
        {
            throw new AgentException(
                $"--pid {processId} can't be watched: it is no .NET process, its TMPDIR is another "
                + $"than here, or its DOTNET_EnableDiagnostics is 0.{ProcessOwner.Hint(processId)} ({error.Message})",
                error)
            { ExitCode = 2 };
        }
    }

    /// <summary>Ends the session: what the agent still holds is sent and delivered, then the stream closes. The agent
    /// runs on.</summary>
    /// <param name="patience">How long to wait for the agent to send the rest; after it the stream is cut.</param>
    public async Task<SessionEnd> StopAsync(TimeSpan patience)
    {
        isStopping = true;
        if (!completion.Task.IsCompleted)
        {
            using var deadline = new CancellationTokenSource(patience);
            try
            {
                await session.StopAsync(deadline.Token);
            }
            catch (Exception error) when (IsUnreachable(error))
            {
                // The agent is gone or does not answer: the stream ends by itself, or is cut below.
            }

            if (await Task.WhenAny(completion.Task, Task.Delay(patience)) != completion.Task) session.Dispose();
        }

        return await completion.Task;
    }

    /// <summary>Stops the session, drains it, and then ends the agent if this session started it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync(TimeSpan.FromSeconds(2));
        }
        finally
        {
            // Only now: closing the stream before it is drained would lose the last events.
            session.Dispose();
            await CloseAsync(Agent, connector, port);
        }
    }

    static async Task CloseAsync(AgentProcess? agent, DiagnosticsClientConnector? connector, DiagnosticPort? port)
    {
        if (agent is not null) await agent.DisposeAsync();
        if (connector is not null) await connector.DisposeAsync();
        port?.Dispose();
    }

    static void Resume(DiagnosticsClient client)
    {
        try
        {
            client.ResumeRuntime();
        }
        catch (Exception error) when (IsUnreachable(error))
        {
            throw new AgentException($"The agent was gone before it could be let go: "
                + $"{error.Message.TrimEnd('.')}.", error);
        }
    }

    void Pump()
    {
        try
        {
            var end = translator.Read(session.EventStream);
            completion.SetResult(isStopping ? end with { Reason = SessionEndReason.Stopped } : end);
        }
#pragma warning disable CA1031 // The edge of a thread: a consumer's error goes to whoever awaits the session.
        catch (Exception error)
#pragma warning restore CA1031
        {
            completion.SetException(error);
        }
    }

    static async Task<DiagnosticsClientConnector> ConnectedAsync(
        Task<DiagnosticsClientConnector> connecting, AgentProcess agent, TimeSpan within,
        CancellationTokenSource deadline, CancellationToken cancel)
    {
        var first = await Task.WhenAny(connecting, agent.Exited, Task.Delay(within, cancel));
        if (first == connecting && connecting.IsCompletedSuccessfully && await connecting is { } connector)
        {
            return connector;
        }

        cancel.ThrowIfCancellationRequested();
        await deadline.CancelAsync();
        if (first == agent.Exited)
        {
            var tail = agent.ErrorTail;
            throw new AgentException($"The agent ended before it could be watched: "
                + $"{AgentProcess.Describe(await agent.Exited)}."
                + (tail.Length > 0 ? Environment.NewLine + tail : " It wrote no error."));
        }

        throw new AgentException($"The agent (pid {agent.Id}) did not connect within {within.TotalSeconds:0.#} s. It "
            + "must be a .NET program "
            + $"published with EventSourceSupport=true, and DOTNET_EnableDiagnostics may not be "
            + $"0.{ProcessOwner.Hint(agent.Id)}");
    }

    static async Task<EventPipeSession> OpenAsync(
        DiagnosticsClient client, SessionOptions options, CancellationToken cancel)
    {
        EventPipeProvider[] providers =
        [
            // The agent counts the buffer, which lies in its memory, and can know of it from nobody else.
            new("LeanLoad", EventLevel.Verbose, -1, new Dictionary<string, string>
            {
                [LeanLoadEventSource.BufferArgument] = options.BufferMiB.ToString(CultureInfo.InvariantCulture),
            }),
            new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, GarbageCollection | AllocationSampling),
        ];
        try
        {
            return await client.StartEventPipeSessionAsync(providers, requestRundown: false, options.BufferMiB, cancel);
        }
        catch (Exception error) when (IsUnreachable(error) && !cancel.IsCancellationRequested)
        {
            throw new AgentException($"The agent's runtime cannot be reached: {error.Message.TrimEnd('.')}.", error);
        }
    }

    static bool IsUnreachable(Exception error) =>
        error is DiagnosticsClientException or IOException or System.Net.Sockets.SocketException or TimeoutException
            or UnauthorizedAccessException or OperationCanceledException or ObjectDisposedException;
}
