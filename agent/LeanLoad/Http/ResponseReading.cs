using System.Buffers;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// How far one response has been read: interim responses, a head that comes in pieces, a body in its framing. A
/// connection has one from the first byte of a response to its last; those of a loop go round, so that as many exist as
/// responses ever came in pieces at the same time.
/// </summary>
sealed class ResponseReading
{
    /// <summary>Interim responses (1xx) before the final one, at most.</summary>
    public const int MaxInterim = 16;

    byte[]? held;
    int heldCount;
    int interim;
    ResponseHead head;
    BodyReader body;

    /// <summary>The next of those that nobody uses.</summary>
    public ResponseReading? Next { get; set; }

    /// <summary>What the head says; after <see cref="TryReadHead"/>.</summary>
    public ref readonly ResponseHead Head => ref head;

    /// <summary>Whether the end of the connection is the end of the body.</summary>
    public bool EndsWithConnection => body.EndsWithConnection;

    /// <summary>Which limit was exceeded, after <see cref="OperationStatus.DestinationTooSmall"/>.</summary>
    public FailureKind Limit => body.Limit;

    /// <summary>Takes the head, and interim ones before it, from the front of <paramref name="input"/>.</summary>
    /// <param name="heads">Those read lately.</param>
    /// <param name="origin">Who sends it.</param>
    /// <param name="isHead">Whether the request was HEAD.</param>
    /// <param name="input">What has arrived; what is behind the head is left.</param>
    /// <param name="bytes">The whole head, until <see cref="BeginBody"/>.</param>
    /// <param name="problem">Why it can't be read; none while more of it is to come.</param>
    /// <returns>Whether it is whole.</returns>
    public bool TryReadHead(
        HeadMemo heads, HttpOrigin origin, bool isHead, scoped ref Span<byte> input, out Span<byte> bytes,
        out (FailureKind Kind, string Reason) problem)
    {
        bytes = default;
        problem = default;
        // A line that has not ended can't be the head's last; looking at each byte of a drip only then keeps the work
        // in proportion.
        if (held is not null && !input.Contains((byte)'\n') && heldCount + input.Length < ResponseHead.MaxBytes)
        {
            Hold(input);
            return false;
        }

        while (true)
        {
            bytes = held is null ? input : Hold(input);
            var status = heads.Parse(bytes, isHead, out head, out var consumed);
            if (status == OperationStatus.NeedMoreData)
            {
                if (held is null) Hold(input);
                return false;
            }

            if (status != OperationStatus.Done)
            {
                problem = status == OperationStatus.InvalidData
                    ? (FailureKind.Malformed, $"{origin} sent no HTTP/1.x response: \"{Printable(bytes)}\"")
                    : (head.Limit, $"{origin}: the response's head exceeds its limit, 64 KiB and 256 headers");
                return false;
            }

            // What the held part lacked came from this input; the rest of it is body.
            input = input[^(bytes.Length - consumed)..];
            bytes = bytes[..consumed];
            if (head.Status is >= 200 or 101)
            {
                if (head.IsFolded) ResponseFields.Unfold(bytes);
                return true;
            }

            ReturnHeld();
            if (++interim > MaxInterim)
            {
                problem = (FailureKind.TooManyInterim, $"{origin} sent more than {MaxInterim} interim responses");
                return false;
            }

            if (input.IsEmpty) return false;
        }
    }

    /// <summary>The head has been seen: what follows is its body.</summary>
    public void BeginBody()
    {
        ReturnHeld();
        body = new BodyReader(head);
    }

    /// <inheritdoc cref="BodyReader.Read"/>
    public OperationStatus ReadBody(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data) =>
        body.Read(ref input, out data);

    /// <summary>Makes it ready for another response.</summary>
    public void Reset()
    {
        ReturnHeld();
        interim = 0;
        body = default;
    }

    /// <summary>Keeps a head that has not arrived whole; parsed again from its start when more comes.</summary>
    Span<byte> Hold(ReadOnlySpan<byte> input)
    {
        var needed = heldCount + input.Length;
        if (held is null || held.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 1024));
            held?.AsSpan(0, heldCount).CopyTo(larger);
            if (held is not null) ArrayPool<byte>.Shared.Return(held);
            held = larger;
        }

        input.CopyTo(held.AsSpan(heldCount));
        heldCount = needed;
        return held.AsSpan(0, heldCount);
    }

    void ReturnHeld()
    {
        if (held is not null) ArrayPool<byte>.Shared.Return(held);
        (held, heldCount) = (null, 0);
    }

    static string Printable(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[Math.Min(bytes.Length, 40)];
        for (var index = 0; index < text.Length; index++)
        {
            text[index] = bytes[index] is >= 32 and < 127 ? (char)bytes[index] : '.';
        }

        return text.ToString();
    }
}
