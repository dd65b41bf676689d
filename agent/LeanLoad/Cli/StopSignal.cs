using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LeanLoad.Cli;

/// <summary>
/// SIGINT and SIGTERM as a cancellation: the first asks the run to end with its results, the second not to wait for what is in flight, the third ends
/// the process at once.
/// </summary>
sealed class StopSignal : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;
    long askedAt;
    volatile bool isUrgent;

    public StopSignal() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, On),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, On),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Whether it was asked again: what is in flight is not worth the wait.</summary>
    public bool IsUrgent => isUrgent;

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
            // A terminal's Ctrl-C reaches the profiler too, which passes it on: within a second it is the same wish.
            if (Stopwatch.GetElapsedTime(askedAt) < TimeSpan.FromSeconds(1)) return;
            // What does not end even then is left to the system, which kills.
            context.Cancel = !isUrgent;
            isUrgent = true;
            return;
        }

        askedAt = Stopwatch.GetTimestamp();
        Name = context.Signal.ToString();
        source.Cancel();
    }
}
