using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using LeanLoad.Memory;

namespace LeanLoad.Bootstraps;

/// <summary>The child's side of an isolated bootstrap.</summary>
/// <param name="PipeHandle">Where the result goes.</param>
/// <param name="Name">The bootstrap to run.</param>
sealed record BootstrapChild(string PipeHandle, string Name)
{
    /// <summary>Set for a child: the pipe's handle, a space, the bootstrap's name.</summary>
    public const string Variable = "LEANLOAD_BOOTSTRAP_CHILD";

    /// <summary>
    /// The exit code of a child that was refused memory so that it could not even send that: an agent's own.
    /// </summary>
    public const int OutOfMemory = 86;

    /// <summary>What this process was started for; null in an agent.</summary>
    public static BootstrapChild? FromEnvironment()
    {
        var parts = Environment.GetEnvironmentVariable(Variable)?.Split(' ', 2);
        return parts is [var handle, var name] ? new BootstrapChild(handle, name) : null;
    }

    /// <summary>Runs the bootstrap and sends what came of it.</summary>
    /// <returns>Whether a message was sent, whatever it says.</returns>
    public bool Run(BootstrapEntry entry, Func<object?> run)
    {
        using var pipe = new AnonymousPipeClientStream(PipeDirection.Out, PipeHandle);
        try
        {
            MessageFor(entry, run).WriteTo(pipe);
            return true;
        }
        catch (IOException)
        {
            // The agent has given up: nobody is left to tell.
            return false;
        }
    }

    static ChildMessage MessageFor(BootstrapEntry entry, Func<object?> run)
    {
        object? result;
        try
        {
            result = run();
        }
        catch (BootstrapFailure failure)
        {
            return Error(failure.Reason, failure.IsForWantOfMemory);
        }
        catch (Exception refused) when (RefusedMemory.IsCauseOfOurs(refused))
        {
            return Error("its child process was refused memory.", isForWantOfMemory: true);
        }

        try
        {
            if (result is null) return new ChildMessage(ChildMessageKind.Null, PeakResident(), []);
            // What the bootstrap used on its way is garbage by now; its JSON takes that room instead of more.
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return new ChildMessage(ChildMessageKind.Result, PeakResident(),
                JsonSerializer.SerializeToUtf8Bytes(result, entry.Json!()));
        }
#pragma warning disable CA1031 // The edge of the author's code: properties of the result may throw anything.
        catch (Exception unfit)
#pragma warning restore CA1031
        {
            return Error($"its result can't travel as JSON: {Bootstrapper.Describe(unfit)}",
                RefusedMemory.IsCauseOf(unfit));
        }
    }

    static ChildMessage Error(string text, bool isForWantOfMemory) => new(
        isForWantOfMemory ? ChildMessageKind.OutOfMemory : ChildMessageKind.Error, PeakResident(),
        Encoding.UTF8.GetBytes(text));

    static Bytes PeakResident()
    {
        using var self = Process.GetCurrentProcess();
        return new Bytes(self.PeakWorkingSet64);
    }
}
