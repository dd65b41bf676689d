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
/// earlier, so that a request in the steady state costs no timer operation.
/// </summary>
sealed class RequestDeadline(EventLoop loop, HttpSession session) : ITimerTarget
{
    const long Never = long.MaxValue;

    long wholeMs = Never;
    long phaseMs = Never;
    long pendingMs = Never;
    int handle;
    DeadlineKind phase;

    /// <summary>A request begins.</summary>
    public void Begin(long timestamp, TimeSpan after)
    {
        wholeMs = loop.DueMs(timestamp, after);
        phaseMs = Never;
        Arm();
    }

    /// <summary>It enters a phase with a deadline of its own; null for one that has none.</summary>
    public void Enter(DeadlineKind phase, long timestamp, TimeSpan? after)
    {
        this.phase = phase;
        phaseMs = after is { } time ? loop.DueMs(timestamp, time) : Never;
        Arm();
    }

    /// <summary>The phase is over; the whole is not.</summary>
    public void Leave() => phaseMs = Never;

    /// <summary>The request has ended; the timer stays, since the next request needs one.</summary>
    public void End() => wholeMs = phaseMs = Never;

    /// <summary>No further request comes.</summary>
    public void Forget()
    {
        if (pendingMs != Never) loop.CancelTimer(handle);
        pendingMs = Never;
    }

    public void OnTimer()
    {
        pendingMs = Never;
        var now = loop.NowMs;
        if (now >= phaseMs) session.OnDeadline(phase);
        else if (now >= wholeMs) session.OnDeadline(DeadlineKind.Whole);
        else Arm();
    }

    void Arm()
    {
        var dueMs = Math.Min(wholeMs, phaseMs);
        if (dueMs >= pendingMs) return;
        if (pendingMs != Never) loop.CancelTimer(handle);
        pendingMs = dueMs;
        handle = loop.AddTimerAt(dueMs, this);
    }
}
