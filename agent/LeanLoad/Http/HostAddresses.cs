using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace LeanLoad.Http;

/// <summary>
/// Where a host is. The system is asked once for all who want to know; what it said is good for <see cref="Lifetime"/>,
/// and then asked for anew beside the requests, which use the old addresses meanwhile. A loop is never blocked. Of any
/// thread.
/// </summary>
sealed class HostAddresses
{
    /// <summary>
    /// How long an answer is used without asking again. The C library does not tell the record's own time to live;
    /// within this a target that moved is followed.
    /// </summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>After a failed refresh: the old addresses stay, and are asked for again after this.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    readonly string host;
    readonly int port;
    readonly Func<string, Task<IPAddress[]>> ask;
    readonly TimeProvider clock;
    readonly Lock gate = new();
    volatile AddressList? known;
    Task? asking;
    long goodUntil;
    uint turn;

    /// <param name="host">A name, or an address in words.</param>
    /// <param name="port">The port of every address.</param>
    /// <param name="given">Its addresses by <c>--resolve</c>, never asked for; null where there are none.</param>
    /// <param name="ask">Whom to ask; it may block its thread.</param>
    /// <param name="clock">What the lifetime is measured with.</param>
    public HostAddresses(
        string host, int port, IReadOnlyList<IPAddress>? given, Func<string, Task<IPAddress[]>> ask, TimeProvider clock)
    {
        (this.host, this.port, this.ask, this.clock) = (host, port, ask, clock);
        if (given is null && IPAddress.TryParse(host, out var literal)) given = [literal];
        if (given is null) return;
        known = new AddressList(given, port);
        goodUntil = long.MaxValue;
    }

    /// <summary>The addresses, if they are known; where they are old, others are asked for in the background.</summary>
    public bool TryGet([NotNullWhen(true)] out AddressList? addresses)
    {
        addresses = known;
        if (addresses is null) return false;
        if (clock.GetTimestamp() > Volatile.Read(ref goodUntil)) _ = RefreshAsync();
        return true;
    }

    /// <summary>The number of the next connection: with which address it begins.</summary>
    public uint NextTurn() => Interlocked.Increment(ref turn) - 1;

    /// <summary>Asks for the addresses, once for all who ask meanwhile.</summary>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    public Task ResolveAsync()
    {
        lock (gate)
        {
            // On a thread of the pool: name resolution blocks in the C library.
            if (asking is null or { IsCompleted: true }) asking = Task.Run(AskAsync);
            return asking;
        }
    }

    async Task RefreshAsync()
    {
        try
        {
            await ResolveAsync().ConfigureAwait(false);
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            SetGoodFor(RetryAfter);
        }
    }

    async Task AskAsync()
    {
        var found = await ask(host).ConfigureAwait(false);
        var list = new AddressList(found, port);
        if (list.Count == 0) throw new SocketException((int)SocketError.NoData);
        SetGoodFor(Lifetime);
        known = list;
    }

    void SetGoodFor(TimeSpan time) =>
        Volatile.Write(ref goodUntil, clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency));
}
