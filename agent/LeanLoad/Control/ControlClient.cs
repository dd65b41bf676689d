using System.Net.Sockets;

namespace LeanLoad.Control;

/// <summary>
/// One connection to the control socket: what it has sent of a line, and what it has not read of its replies. It is not
/// read from while replies wait, so that who only sends is held up and not lost.
/// </summary>
sealed class ControlClient(Socket socket) : IDisposable
{
    /// <summary>The longest line.</summary>
    public const int MaxLine = 4096;

    readonly byte[] received = new byte[MaxLine];
    int receivedLength;
    byte[] replies = [];
    int repliesSent;
    bool hasEnded;

    public Socket Socket => socket;

    public bool HasReplies => repliesSent < replies.Length;

    /// <summary>Whether nothing more can come of it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Reads what is there and answers each whole line.</summary>
    /// <param name="answer">The reply to a line, with its line end.</param>
    /// <param name="tooLong">The reply to a line that is longer than <see cref="MaxLine"/>; the connection is then
    /// closed.</param>
    public void Read(Func<ReadOnlyMemory<byte>, byte[]> answer, Func<byte[]> tooLong)
    {
        var count = socket.Receive(received.AsSpan(receivedLength), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock) return;
        if (error != SocketError.Success || count == 0)
        {
            // A last line need not end in a line end.
            if (error == SocketError.Success && receivedLength > 0) Add(answer(received.AsMemory(0, receivedLength)));
            receivedLength = 0;
            End();
            return;
        }

        receivedLength += count;
        var begin = 0;
        while (received.AsSpan(begin, receivedLength - begin).IndexOf((byte)'\n') is >= 0 and var length)
        {
            if (length > 0 && !IsBlank(received.AsSpan(begin, length))) Add(answer(received.AsMemory(begin, length)));
            begin += length + 1;
        }

        received.AsSpan(begin, receivedLength - begin).CopyTo(received);
        receivedLength -= begin;
        if (receivedLength == MaxLine) Refuse(tooLong());
        Send();
    }

    /// <summary>Says why it can't be served, and ends.</summary>
    public void Refuse(byte[] reply)
    {
        Add(reply);
        End();
    }

    /// <summary>Sends what it takes.</summary>
    public void Send()
    {
        if (!HasReplies) return;
        var count = socket.Send(replies.AsSpan(repliesSent), SocketFlags.None, out var error);
        if (error == SocketError.Success) repliesSent += count;
        else if (error != SocketError.WouldBlock) IsOver = true;
        if (HasReplies) return;
        (replies, repliesSent) = ([], 0);
        IsOver |= hasEnded;
    }

    public void Dispose() => socket.Dispose();

    void End()
    {
        hasEnded = true;
        Send();
        IsOver |= !HasReplies;
    }

    void Add(byte[] reply)
    {
        replies = [.. replies.AsSpan(repliesSent), .. reply];
        repliesSent = 0;
    }

    static bool IsBlank(ReadOnlySpan<byte> line) => line.Trim(" \t\r"u8).IsEmpty;
}
