using System.Runtime.InteropServices;

namespace LeanLoad.Cli;

/// <summary>SIGINT and SIGTERM as a cancellation: the first asks the run to end with its results, the second ends the process at once.</summary>
#pragma warning disable CA1001 // Its source holds nothing that must be given back.
sealed class StopSignal : IDisposable
#pragma warning restore CA1001
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;

    public StopSignal() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, On),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, On),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The signal's name; null while none came.</summary>
    public string? Name { get; private set; }

    public void Dispose()
    {
        // The source is left alone: a signal that comes just now may still cancel it.
        foreach (var registration in registrations) registration.Dispose();
    }

    void On(PosixSignalContext context)
    {
        // Left to the system, the second one kills.
        if (source.IsCancellationRequested) return;
        context.Cancel = true;
        Name = context.Signal.ToString();
        source.Cancel();
    }
}
