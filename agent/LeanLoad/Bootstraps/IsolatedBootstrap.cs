using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using LeanLoad.Memory;
using Serilog;

namespace LeanLoad.Bootstraps;

/// <summary>
/// A bootstrap in a child process: the agent starts itself again, the child runs this one bootstrap and sends the
/// result home over a pipe. What it cost in memory goes back to the system with the child.
/// </summary>
sealed class IsolatedBootstrap(BootstrapEntry entry, string[] args, ILogger log, BootstrapWatch? watch = null)
{
    /// <summary>
    /// The young generations of a child: half a MiB took 1 MiB less at the peak than 1 MiB, and no more time.
    /// </summary>
    static readonly Bytes ChildYoung = Bytes.FromKiB(512);

    /// <summary>What a child takes beside its heap: runtime, TLS and kernel memory of a process that does one thing.
    /// </summary>
    static readonly Bytes ChildOutside = Bytes.FromMiB(2.5);

    /// <summary>Runs it and waits for it.</summary>
    /// <returns>Its result as JSON, for <see cref="Read"/>; null where it returned null.</returns>
    /// <exception cref="BootstrapFailure">The child failed, hung, died, or sent too much.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public byte[]? Run(CancellationToken cancel)
    {
        using var deadline = new Deadline(entry.TimeLimit, cancel);
        // Parent and child are charged together: what the start left behind would stand beside the child's peak.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        using var child = Start(pipe.GetClientHandleAsString());
        pipe.DisposeLocalCopyOfClientHandle();
        ChildMessage? message;
        try
        {
            var coming = ChildMessage.ReadAsync(pipe, entry.MaxResult, deadline.Token);
            if (watch is null) deadline.Await(coming);
            else watch.Await(coming, child, deadline);
            if (watch?.Danger is { } danger && !coming.IsCompleted)
            {
                // At once, and the child alone: to look for what it has started takes memory and time that are not
                // there, and the kernel then killed in 87 of 96 runs.
                child.Kill();
                throw new BootstrapFailure(entry.Name, $"its child process was ended: {danger}.",
                    isForWantOfMemory: true);
            }

            // Whoever would end the reading may find no thread to do so.
            if (!coming.IsCompleted) throw new OperationCanceledException();
            message = coming.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BootstrapFailure(entry.Name, Bootstrapper.TooLong(entry));
        }
        catch (ChildMessageTooLarge large)
        {
            throw new BootstrapFailure(
                entry.Name,
                $"its result is {large.Size} of JSON; at most {entry.MaxResult} may come home. Return less, or raise "
                + "[Bootstrap(MaxResultBytes = …)].");
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            throw new BootstrapFailure(entry.Name, "the agent was refused memory for its result, which may be "
                + $"{entry.MaxResult} of JSON. Return less.", isForWantOfMemory: true);
        }
        finally
        {
            End(child);
        }

        // Only now that its memory is given back: the result stands beside its text for a moment.
        return Open(message, child.ExitCode, cancel);
    }

    /// <summary>Makes the result of what came home.</summary>
    /// <exception cref="BootstrapFailure">It makes none.</exception>
    public object? Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, entry.Json!());
        }
#pragma warning disable CA1031 // The edge of the author's code: its constructors run here.
        catch (Exception unfit)
#pragma warning restore CA1031
        {
            throw new BootstrapFailure(
                entry.Name,
                $"its result came home as JSON that makes no {entry.Result.Name}: {Bootstrapper.Describe(unfit)}",
                RefusedMemory.IsCauseOf(unfit));
        }
    }

    Process Start(string pipeHandle)
    {
        try
        {
            return Process.Start(StartInfo(pipeHandle))!;
        }
        catch (Win32Exception refused)
        {
            throw new BootstrapFailure(
                entry.Name,
                $"its child process could not be started: {refused.Message}. Without Isolated = true it runs in the "
                + "agent itself.");
        }
    }

    byte[]? Open(ChildMessage? message, int exitCode, CancellationToken cancel)
    {
        switch (message?.Kind)
        {
            case ChildMessageKind.Result:
                log.Information("{Name} ran in a child process with a peak of {Peak}; all of it was given back",
                    entry.Name, message.PeakResident);
                return message.Payload;
            case ChildMessageKind.Null:
                return null;
            case ChildMessageKind.Error or ChildMessageKind.OutOfMemory:
                throw new BootstrapFailure(entry.Name, Encoding.UTF8.GetString(message.Payload),
                    message.Kind == ChildMessageKind.OutOfMemory);
            default:
                // A signal to the terminal's whole group may reach the child first.
                cancel.ThrowIfCancellationRequested();
                throw new BootstrapFailure(entry.Name,
                    $"its child process {HowItEnded(exitCode)} before it sent a result.",
                    IsKilledByKernel || exitCode == BootstrapChild.OutOfMemory || IsBoundAndAborted(exitCode));
        }
    }

    ProcessStartInfo StartInfo(string pipeHandle)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        // On the ordinary runtime the process is `dotnet`, and its first argument the program.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        foreach (var argument in args) start.ArgumentList.Add(argument);
        start.Environment[BootstrapChild.Variable] = $"{pipeHandle} {entry.Name}";
        // The agent's diagnostic port is the agent's: a child that found it would wait there for a profiler that never
        // comes.
        start.Environment.Remove("DOTNET_DiagnosticPorts");
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        // It lives for a moment, and its peak counts, not its speed.
        var heap = watch?.HeapOfChild(ChildOutside) is { } most ? Max(most, ChildYoung * 4) : (Bytes?)null;
        foreach (var (name, value) in new GcSettings(heap, ChildYoung, ChildYoung) { IsBrief = true }.Variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    // A library, or the runtime, that takes a refusal badly: SIGABRT or SIGSEGV.
    bool IsBoundAndAborted(int exitCode) => exitCode is 134 or 139 && watch is { HasBound: true };

    bool IsKilledByKernel => watch is { HasKernelKilled: true };

    string HowItEnded(int exitCode) => IsKilledByKernel ? "was killed by the kernel for want of memory"
        : exitCode == BootstrapChild.OutOfMemory ? $"ended for want of memory (exit code {exitCode})"
        : exitCode == 137 ? "was killed (exit code 137), most likely for want of memory,"
        : $"ended with exit code {exitCode}";

    static Bytes Max(Bytes left, Bytes right) => left > right ? left : right;

    static void End(Process child)
    {
        if (child.WaitForExit(TimeSpan.FromMilliseconds(200))) return;
        child.Kill(entireProcessTree: true);
        child.WaitForExit();
    }
}
