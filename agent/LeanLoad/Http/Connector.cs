using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LeanLoad.Loop;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// Makes one connection: asks for the host's addresses, then tries them in the order of <see cref="AddressList"/>. The
/// next one is tried when one refuses, or when none has answered for <see cref="AttemptDelay"/>; the first that answers
/// wins and the others are dropped (after RFC 8305). Exists only while the connection is being made.
/// </summary>
sealed class Connector(HttpLoop http, HttpOrigin origin, HttpConnection connection) : ITimerTarget
{
    /// <summary>RFC 8305 §5: the recommended Connection Attempt Delay.</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    const int NoTimer = -1;

    readonly long beganAt = Stopwatch.GetTimestamp();
    long resolvedAt;
    AddressList? addresses;
    Attempt? pending;
    uint turn;
    int tried;
    int timer = NoTimer;
    bool isOver;
    FailureKind failure = FailureKind.Connect;
    string reason = "";

    /// <summary>Whether the host's addresses are still asked for.</summary>
    public bool IsResolving => addresses is null;

    public void Begin()
    {
        if (origin.Addresses.TryGet(out addresses)) TryAll();
        else _ = ResolveAsync();
    }

    /// <summary>Drops everything; the connection hears no more of it.</summary>
    public void Abandon()
    {
        isOver = true;
        if (timer != NoTimer) http.Loop.CancelTimer(timer);
        timer = NoTimer;
        while (pending is { } attempt) Drop(attempt);
    }

    /// <summary>Nobody has answered for a while.</summary>
    public void OnTimer()
    {
        timer = NoTimer;
        TryNext();
    }

    async Task ResolveAsync()
    {
        string? problem = null;
        try
        {
            await origin.Addresses.ResolveAsync().ConfigureAwait(false);
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            problem = unknown.Message;
        }

        http.Context.Post(static arrived => ((Action)arrived!)(), () => OnResolved(problem));
    }

    void OnResolved(string? problem)
    {
        if (isOver) return;
        if (problem is null && origin.Addresses.TryGet(out addresses)) TryAll();
        else Fail(FailureKind.Resolve, $"the host \"{origin.Host}\" does not resolve: {problem}");
    }

    void TryAll()
    {
        resolvedAt = Stopwatch.GetTimestamp();
        turn = origin.Addresses.NextTurn();
        TryNext();
    }

    /// <summary>
    /// Begins with the next address that does not refuse at once; where there is none and nobody is waited for, it has
    /// failed.
    /// </summary>
    void TryNext()
    {
        if (timer != NoTimer) http.Loop.CancelTimer(timer);
        timer = NoTimer;
        while (tried < addresses!.Count)
        {
            if (!TryOne(addresses.At(turn, tried++))) continue;
            if (tried < addresses.Count) timer = http.Loop.AddTimer(AttemptDelay, this);
            return;
        }

        if (pending is null) Fail(failure, $"{origin}: {reason}");
    }

    bool TryOne(IPEndPoint address)
    {
        var attempt = new Attempt(this) { Next = pending };
        try
        {
            attempt.Channel = http.Open(address.AddressFamily, attempt);
        }
        catch (DescriptorsExhaustedException exhausted)
        {
            (failure, reason) = (FailureKind.NoDescriptors, exhausted.Message);
            return false;
        }
        catch (IOException refused)
        {
            NoteRefusal(refused.Message);
            return false;
        }

        // Where it is done at once the socket is writable, and that is told in the next turn.
        pending = attempt;
        if (attempt.Channel.Connect(address) != ChannelStatus.Failed) return true;
        if (attempt.Channel.HasNoPort)
        {
            (failure, reason) = (FailureKind.NoPorts,
                $"no source port is left to connect to {address} from: each connection to it, and each one closed in "
                + "the "
                + "last minute, holds one. Reuse connections (--connections own), widen "
                + "net.ipv4.ip_local_port_range, or give the target several addresses.");
        }
        else
        {
            NoteRefusal(attempt.Channel.Error);
        }

        Drop(attempt);
        return false;
    }

    /// <summary>What the agent's own system lacks is told before what one of the addresses said.</summary>
    void NoteRefusal(string text)
    {
        if (failure == FailureKind.Connect) reason = text;
    }

    void OnAnswered(Attempt attempt, bool isReadable)
    {
        var channel = attempt.Channel!;
        if (channel.FinishConnect() == ChannelStatus.Failed)
        {
            NoteRefusal(channel.Error);
            Drop(attempt);
            TryNext();
            return;
        }

        Unlink(attempt);
        Abandon();
        http.Connecting.SinceTick.Record(ConnectionStep.Resolve, resolvedAt - beganAt);
        http.Connecting.SinceTick.Record(ConnectionStep.Connect, http.Loop.Now - resolvedAt);
        channel.Owner = connection;
        connection.OnReached(channel);
        // An edge is told once: what the server said at once came with the event that said "connected".
        if (isReadable) connection.OnReady(isReadable: true, isWritable: false);
    }

    void Fail(FailureKind kind, string text)
    {
        Abandon();
        connection.OnUnreached(kind, text);
    }

    void Drop(Attempt attempt)
    {
        Unlink(attempt);
        attempt.Channel!.Dispose();
        http.Connections--;
    }

    void Unlink(Attempt attempt)
    {
        if (pending == attempt)
        {
            pending = attempt.Next;
            return;
        }

        for (var one = pending; one is not null; one = one.Next)
        {
            if (one.Next == attempt) one.Next = attempt.Next;
        }
    }

    /// <summary>One address that has not answered yet.</summary>
    sealed class Attempt(Connector connector) : IChannelOwner
    {
        public Channel? Channel { get; set; }

        public Attempt? Next { get; set; }

        public void OnReady(bool isReadable, bool isWritable)
        {
            if (isWritable) connector.OnAnswered(this, isReadable);
        }
    }
}
