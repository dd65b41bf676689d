using System.Net;

namespace LeanLoad.Loop;

/// <summary>
/// Who is told when a channel may be worth another try. Calls may be spurious: an operation that then would block is no
/// error.
/// </summary>
interface IChannelOwner
{
    /// <summary>The socket became readable, writable, or both; a failed or closed one is reported as both.</summary>
    void OnReady(bool isReadable, bool isWritable);
}

/// <summary>How an operation on a channel ended.</summary>
enum ChannelStatus
{
    /// <summary>It is done, or moved some bytes.</summary>
    Done,

    /// <summary>It would block: the owner is told when to try again.</summary>
    Blocked,

    /// <summary>The peer has closed its side: nothing more will be received.</summary>
    Closed,

    /// <summary>It failed; <see cref="Channel.Error"/> says why.</summary>
    Failed,
}

/// <summary>One non-blocking TCP socket of a loop. Used on its loop's thread alone.</summary>
abstract class Channel(IChannelOwner owner) : IDisposable
{
    /// <summary>Who is told; a socket may be handed on.</summary>
    public IChannelOwner Owner { get; set; } = owner;

    /// <summary>
    /// The peer has ended its side, or the connection broke: what is still to be received must be received until that
    /// shows, for it is not told again. Always false where a poller tells it as long as it is so.
    /// </summary>
    public bool IsEnding { get; protected set; }

    /// <summary>
    /// Its owner has no room: where a poller tells again and again what can be received, it does not do so meanwhile.
    /// </summary>
    public bool IsPaused { get; set; }

    /// <summary>
    /// Whether the last <see cref="Receive"/> may have left something, which is not told again: it filled the buffer,
    /// or the peer is ending.
    /// </summary>
    public bool MayHaveMore { get; protected set; }

    /// <summary>Why the last operation failed, in the system's words; empty where none did.</summary>
    public abstract string Error { get; }

    /// <summary>
    /// Whether the last <see cref="Connect"/> failed because no source port was left (EADDRNOTAVAIL).
    /// </summary>
    public abstract bool HasNoPort { get; }

    /// <summary>
    /// Begins to connect. <see cref="ChannelStatus.Blocked"/>: ask <see cref="FinishConnect"/> when writable.
    /// </summary>
    public abstract ChannelStatus Connect(IPEndPoint address);

    /// <summary>Whether a connection that was begun is made.</summary>
    public abstract ChannelStatus FinishConnect();

    /// <summary>Sends as much as the kernel takes at once.</summary>
    public abstract ChannelStatus Send(ReadOnlySpan<byte> data, out int sent);

    /// <summary>Receives what is there.</summary>
    public abstract ChannelStatus Receive(Span<byte> buffer, out int received);

    /// <summary>Closes the socket and forgets the owner; harmless when repeated.</summary>
    public abstract void Dispose();
}
