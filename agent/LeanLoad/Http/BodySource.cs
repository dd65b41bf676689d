namespace LeanLoad.Http;

/// <summary>
/// A request's body that is streamed: read piece by piece into the buffer that held the head, so that a body of any
/// size costs 16 KiB while it is sent. Of one request; it can begin again for a redirect that repeats the request.
/// </summary>
abstract class BodySource : IDisposable
{
    /// <summary>One piece with its framing.</summary>
    public const int PieceBytes = 16 << 10;

    // "3ff0" CR LF before a piece, CR LF behind it.
    const int SizeBytes = 6, EndBytes = 2;

    long left;
    bool isEnded;

    /// <param name="length">In bytes; null: sent chunked.</param>
    protected BodySource(long? length)
    {
        Length = length;
        left = length ?? long.MaxValue;
    }

    /// <summary>In bytes; null: sent chunked.</summary>
    public long? Length { get; }

    /// <summary>Whether all of it has been handed out.</summary>
    public bool IsDone => Length is null ? isEnded : left == 0;

    /// <summary>Whether any of it has been read.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The next bytes for the wire, framing included; 0 at its end.</summary>
    /// <param name="buffer">At least 16 bytes.</param>
    /// <exception cref="IOException">It can't be read, or is shorter than it was.</exception>
    public int Next(Span<byte> buffer)
    {
        HasBegun = true;
        if (Length is not null)
        {
            if (left == 0) return 0;
            var read = Read(buffer[..(int)Math.Min(left, buffer.Length)]);
            if (read == 0)
            {
                throw new IOException(
                    $"{this} ends {Counted.Of(left, "byte")} before the length it had when the request began");
            }

            left -= read;
            return read;
        }

        if (isEnded) return 0;
        var data = buffer[SizeBytes..Math.Min(buffer.Length - EndBytes, PieceBytes)];
        var count = Read(data);
        isEnded = count == 0;
        if (isEnded)
        {
            "0\r\n\r\n"u8.CopyTo(buffer);
            return 5;
        }

        // Four digits, zeros before it.
        for (var digit = 0; digit < 4; digit++) buffer[digit] = "0123456789abcdef"u8[(count >> (12 - digit * 4)) & 15];
        "\r\n"u8.CopyTo(buffer[4..]);
        "\r\n"u8.CopyTo(buffer[(SizeBytes + count)..]);
        return SizeBytes + count + EndBytes;
    }

    /// <summary>From its beginning.</summary>
    public virtual void Restart()
    {
        left = Length ?? long.MaxValue;
        isEnded = false;
        HasBegun = false;
    }

    public abstract void Dispose();

    /// <summary>Some bytes; 0 at its end.</summary>
    protected abstract int Read(Span<byte> buffer);
}

/// <summary>Memory of the author's, not copied.</summary>
sealed class MemorySource(ReadOnlyMemory<byte> memory) : BodySource(memory.Length)
{
    int position;

    public override void Restart()
    {
        base.Restart();
        position = 0;
    }

    public override void Dispose()
    {
    }

    protected override int Read(Span<byte> buffer)
    {
        var piece = memory.Span[position..Math.Min(memory.Length, position + buffer.Length)];
        piece.CopyTo(buffer);
        position += piece.Length;
        return piece.Length;
    }
}
