using System.Runtime.InteropServices;

namespace LeanLoad.Cli;

/// <summary>SIGINT and SIGTERM as a cancellation: the first asks the run to end with its results, the second ends the process at once.</summary>
sealed class StopSignal : IDisposable
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
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
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
