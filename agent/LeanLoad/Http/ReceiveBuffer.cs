namespace LeanLoad.Http;

/// <summary>
/// Where all connections of a loop receive, one after the other, and whose response's head lies in it: that can be read
/// until the next bytes come. One per loop, not per user.
/// </summary>
sealed class ReceiveBuffer
{
    /// <summary>One turn's receive: what a socket's default receive buffer tends to hold.</summary>
    public const int Size = 64 << 10;

    HttpSession? owner;
    int headOffset;
    int headLength;

    /// <summary>Good until the next <see cref="Turn"/>; what must outlive it is copied.</summary>
    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(Size, pinned: true);

    /// <summary>Grows whenever <see cref="Bytes"/> is overwritten.</summary>
    public long Turn { get; private set; }

    /// <summary>The bytes are about to be overwritten.</summary>
    public void BeginTurn()
    {
        owner = null;
        Turn++;
    }

    /// <summary>Notes whose head lies here; false where it lies elsewhere, because it came in pieces.</summary>
    public bool TryMarkHead(HttpSession session, ReadOnlySpan<byte> head)
    {
        if (!Bytes.AsSpan().Overlaps(head, out headOffset)) return false;
        (owner, headLength) = (session, head.Length);
        return true;
    }

    /// <summary>The head of this user's response; false where it does not lie here, or does so no longer.</summary>
    public bool TryGetHead(HttpSession session, out ReadOnlySpan<byte> head)
    {
        var lies = owner == session;
        head = lies ? Bytes.AsSpan(headOffset, headLength) : default;
        return lies;
    }

    /// <summary>This user's head is not to be read any more.</summary>
    public void ForgetHead(HttpSession session)
    {
        if (owner == session) owner = null;
    }
}
