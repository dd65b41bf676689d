using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LeanLoad.Cli;

/// <summary>SIGINT and SIGTERM as a cancellation: the first asks the run to end with its results, the second ends the process at once.</summary>
sealed class StopSignal : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;
    long askedAt;

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
        context.Cancel = true;
        if (source.IsCancellationRequested)
        {
            // A terminal's Ctrl-C reaches the profiler too, which passes it on: within a second it is the same wish. Later, it is left to the system,
            // which kills.
            context.Cancel = Stopwatch.GetElapsedTime(askedAt) < TimeSpan.FromSeconds(1);
            return;
        }

        askedAt = Stopwatch.GetTimestamp();
        Name = context.Signal.ToString();
        source.Cancel();
    }
}
