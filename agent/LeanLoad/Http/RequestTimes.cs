using System.Diagnostics;

namespace LeanLoad.Http;

/// <summary>
/// When a user's request was due, went out, and began to be answered. A part of its session; all times are
/// <see cref="Stopwatch"/>'s ticks, all durations microseconds.
/// </summary>
struct RequestTimes
{
    long nextDue;
    long firstByte;

    /// <summary>When it should have gone out: where response time counts from.</summary>
    public long Due { get; private set; }

    /// <summary>
    /// When it went out: where service time counts from. Until then, when it was asked for: where its deadline does.
    /// </summary>
    public long Sent { get; private set; }

    /// <summary>The next request is due then, whenever it is asked for; 0: when it is.</summary>
    public void ExpectNextAt(long due) => nextDue = due;

    /// <summary>A request is asked for.</summary>
    public void Begin(long now)
    {
        Sent = now;
        Due = nextDue == 0 ? now : nextDue;
        nextDue = firstByte = 0;
    }

    /// <summary>A redirect is followed: a request of its own, due at once.</summary>
    public void BeginHop(long now)
    {
        Due = Sent = now;
        firstByte = 0;
    }

    /// <summary>It goes out.</summary>
    public void Send(long now) => Sent = now;

    /// <summary>Bytes of the response have come.</summary>
    /// <returns>Whether they are the first.</returns>
    public bool Answer(long now)
    {
        if (firstByte != 0) return false;
        firstByte = now;
        return true;
    }

    /// <summary>How long it took: since it was due; since it was sent; from there to the first byte, -1 where none
    /// came.</summary>
    /// <param name="now">When it ended, by the turn's clock, which may stand before <see cref="Sent"/>.</param>
    public readonly (long Response, long Service, long FirstByte) Ended(long now)
    {
        var end = Math.Max(now, Sent);
        return (Microseconds(end - Due), Microseconds(end - Sent),
            firstByte == 0 ? -1 : Microseconds(Math.Max(firstByte - Sent, 0)));
    }

    static long Microseconds(long ticks) => (long)(ticks * (1e6 / Stopwatch.Frequency));
}
