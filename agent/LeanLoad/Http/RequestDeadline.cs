using System.Diagnostics;
using LeanLoad.Loop;

namespace LeanLoad.Http;

/// <summary>Which deadline a request has met.</summary>
enum DeadlineKind : byte
{
    /// <summary><c>--timeout</c>: from the call to the last byte.</summary>
    Whole,

    /// <summary><c>--connect-timeout</c>: name, socket and TLS together.</summary>
    Connect,

    /// <summary><c>--first-byte-timeout</c>: from sent to the first byte of the response.</summary>
    FirstByte,
}

/// <summary>
/// When a user's request must have come how far. One timer a user, armed anew only when it fires or something is due
/// earlier, so that a request in the steady state costs no timer operation. A part of its session, which the timer
/// tells; times are <see cref="Stopwatch"/>'s.
/// </summary>
struct RequestDeadline()
{
    const long Never = long.MaxValue;

    long whole = Never;
    long phase = Never;
    long pending = Never;
    int handle;
    DeadlineKind kind;

    /// <summary>A request begins.</summary>
    public void Begin(EventLoop loop, ITimerTarget target, long timestamp, TimeSpan after)
    {
        whole = timestamp + TicksOf(after);
        phase = Never;
        Arm(loop, target);
    }

    /// <summary>It enters a phase with a deadline of its own; null for one that has none.</summary>
    public void Enter(EventLoop loop, ITimerTarget target, DeadlineKind kind, long timestamp, TimeSpan? after)
    {
        this.kind = kind;
        phase = after is { } time ? timestamp + TicksOf(time) : Never;
        Arm(loop, target);
    }

    /// <summary>The phase is over; the whole is not.</summary>
    public void Leave() => phase = Never;

    /// <summary>The request has ended; the timer stays, since the next request needs one.</summary>
    public void End() => whole = phase = Never;

    /// <summary>No further request comes.</summary>
    public void Forget(EventLoop loop)
    {
        if (pending != Never) loop.CancelTimer(handle);
        pending = Never;
    }

    /// <summary>The timer has fired.</summary>
    /// <returns>Which deadline has passed; null where none has, and the timer is armed anew.</returns>
    public DeadlineKind? OnTimer(EventLoop loop, ITimerTarget target)
    {
        pending = Never;
        var now = loop.Now;
        if (now >= phase) return kind;
        if (now >= whole) return DeadlineKind.Whole;
        Arm(loop, target);
        return null;
    }

    void Arm(EventLoop loop, ITimerTarget target)
    {
        var due = Math.Min(whole, phase);
        if (due >= pending) return;
        if (pending != Never) loop.CancelTimer(handle);
        pending = due;
        handle = loop.AddTimerAt(loop.DueMs(due, TimeSpan.Zero), target);
    }

    // Half of for ever, so that a sum with the present is still one.
    static long TicksOf(TimeSpan time) =>
        (long)Math.Min(time.Ticks * ((double)Stopwatch.Frequency / TimeSpan.TicksPerSecond), Never / 2);
}
