using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LeanLoad.Cli;

/// <summary>
/// SIGINT, SIGTERM and SIGHUP (the terminal is gone) as a cancellation: the first asks the run to end with its results,
/// the second not to wait for what is in flight, the third ends the process at once. One that is ignored, as SIGHUP is
/// under <c>nohup</c>, stays ignored.
/// </summary>
#pragma warning disable CA1001 // Its source holds nothing that must be given back.
sealed class StopSignal : IDisposable
#pragma warning restore CA1001
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;
    long askedAt;
    volatile bool isUrgent;

    public StopSignal()
    {
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, On),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, On),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, On),
        ];
        // One that came while this program started itself anew has waited for this.
        SignalMask.LetThrough();
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Whether it was asked again: what is in flight is not worth the wait.</summary>
    public bool IsUrgent => isUrgent;

    /// <summary>The signal's name; null while none came.</summary>
    public string? Name { get; private set; }

    public void Dispose()
    {
        // The source is left alone: a signal that comes just now may still cancel it.
        foreach (var registration in registrations) registration.Dispose();
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
