using System.Buffers;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// Takes a body out of its framing, in whatever pieces it arrives (RFC 9112 §6 and §7). A value of 32 bytes that keeps
/// no data: what it hands out are slices of the input.
/// </summary>
struct BodyReader
{
    /// <summary>
    /// Chunk extensions and trailers that one body may carry, in bytes; the sizes and line ends of the chunks
    /// themselves are free.
    /// </summary>
    const int MaxOverheadBytes = 16 << 10;

    /// <summary>One chunk-size line, extensions included.</summary>
    const int MaxLineBytes = 4 << 10;

    const int MaxSizeDigits = 16;

    State state;
    byte sizeDigits;
    FailureKind limit;
    bool hasTrailer;
    int lineBytes;
    int overheadBytes;
    long remaining;

    enum State : byte
    {
        Done,
        Length,
        UntilClose,
        Size,
        SizeSpace,
        Extension,
        SizeEnd,
        Data,
        DataEnd,
        DataEndLineFeed,
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerEnd,
        TrailersEnd,
    }

    public BodyReader(in ResponseHead head)
    {
        remaining = head.Framing == BodyFraming.Length ? head.ContentLength : 0;
        state = head.Framing switch
        {
            BodyFraming.Length => State.Length,
            BodyFraming.Chunked => State.Size,
            BodyFraming.UntilClose => State.UntilClose,
            _ => State.Done,
        };
    }

    /// <summary>Whether the body has ended.</summary>
    public readonly bool IsDone => state == State.Done;

    /// <summary>Whether the end of the connection is the end of the body; otherwise it is a truncation.</summary>
    public readonly bool EndsWithConnection => state == State.UntilClose;

    /// <summary>Which limit was exceeded, after <see cref="OperationStatus.DestinationTooSmall"/>.</summary>
    public readonly FailureKind Limit => limit;

    /// <summary>
    /// Takes the next piece of data from the front of <paramref name="input"/>. Call again until it asks for more or is
    /// done.
    /// </summary>
    /// <returns>Done: the body has ended, what is left in <paramref name="input"/> is not part of it. NeedMoreData: all
    /// was taken; <paramref name="data"/> may hold a piece in either case. InvalidData: not chunked coding.
    /// DestinationTooSmall: over a limit.</returns>
    public OperationStatus Read(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data)
    {
        data = default;
        while (true)
        {
            switch (state)
            {
                case State.Done:
                    return OperationStatus.Done;
                case State.UntilClose:
                    data = input;
                    input = default;
                    return OperationStatus.NeedMoreData;
                case State.Length:
                    data = TakeData(ref input);
                    if (remaining == 0) state = State.Done;
                    return remaining == 0 ? OperationStatus.Done : OperationStatus.NeedMoreData;
                case State.Data when !input.IsEmpty:
                    data = TakeData(ref input);
                    if (remaining == 0) state = State.DataEnd;
                    return OperationStatus.NeedMoreData;
            }

            if (input.IsEmpty) return OperationStatus.NeedMoreData;
            var status = ReadFraming(input[0]);
            if (status != OperationStatus.Done) return status;
            input = input[1..];
        }
    }

    ReadOnlySpan<byte> TakeData(ref ReadOnlySpan<byte> input)
    {
        var data = input[..(int)Math.Min(remaining, input.Length)];
        input = input[data.Length..];
        remaining -= data.Length;
        return data;
    }

    /// <summary>One byte of chunked coding that is not data.</summary>
    OperationStatus ReadFraming(byte next)
    {
        if (IsOverhead(state) && ++overheadBytes > MaxOverheadBytes) return Exceeds(FailureKind.ChunkOverhead);
        switch (state)
        {
            case State.Size:
                return ReadSize(next);
            case State.SizeSpace:
                // Servers that pad the size with spaces (bad whitespace, RFC 9112 §7.1.1); then an extension, or the
                // line's end.
                if (++lineBytes > MaxLineBytes) return Exceeds(FailureKind.ChunkLineTooLong);
                return next is (byte)' ' or (byte)'\t' ? OperationStatus.Done : ReadSizeEnd(next);
            case State.Extension:
                if (++lineBytes > MaxLineBytes) return Exceeds(FailureKind.ChunkLineTooLong);
                if (next == '\r') state = State.SizeEnd;
                return next == '\r' || !IsControl(next) ? OperationStatus.Done : OperationStatus.InvalidData;
            case State.SizeEnd:
                return next == '\n' ? EndSizeLine() : OperationStatus.InvalidData;
            case State.DataEnd:
                return Step(next == '\r', State.DataEndLineFeed);
            case State.DataEndLineFeed:
                return Step(next == '\n', State.Size);
            default:
                return ReadTrailer(next);
        }
    }

    OperationStatus ReadSize(byte next)
    {
        var digit = HexDigit(next);
        if (digit >= 0)
        {
            if (++sizeDigits > MaxSizeDigits) return Exceeds(FailureKind.ChunkLineTooLong);
            remaining = (remaining << 4) | (uint)digit;
            return remaining < 0 ? Exceeds(FailureKind.ChunkLineTooLong) : OperationStatus.Done;
        }

        return sizeDigits == 0 ? OperationStatus.InvalidData : ReadSizeEnd(next);
    }

    /// <remarks>
    /// A bare LF ends no chunk-size line and no chunk: RFC 9112 §2.2 lets a recipient accept it behind the status line
    /// and fields alone, and where two parsers differ in this they can be made to see different responses.
    /// </remarks>
    OperationStatus ReadSizeEnd(byte next) => next switch
    {
        (byte)'\r' => Step(true, State.SizeEnd),
        (byte)';' => Step(true, State.Extension),
        (byte)' ' or (byte)'\t' => Step(true, State.SizeSpace),
        _ => OperationStatus.InvalidData,
    };

    OperationStatus EndSizeLine()
    {
        state = remaining == 0 ? State.TrailerStart : State.Data;
        sizeDigits = 0;
        lineBytes = 0;
        return OperationStatus.Done;
    }

    /// <summary>Trailers are fields (RFC 9112 §7.1.2): held to their grammar, and dropped.</summary>
    OperationStatus ReadTrailer(byte next)
    {
        switch (state)
        {
            case State.TrailerStart when next == '\r':
                return Step(true, State.TrailersEnd);
            case State.TrailerStart when next == '\n':
                return Step(true, State.Done);
            case State.TrailerStart when next is (byte)' ' or (byte)'\t':
                return Step(hasTrailer, State.TrailerValue);
            case State.TrailerStart:
                hasTrailer = true;
                return Step(FramingFields.Tokens.Contains(next), State.TrailerName);
            case State.TrailerName:
                return next == ':' ? Step(true, State.TrailerValue)
                    : Step(FramingFields.Tokens.Contains(next), State.TrailerName);
            case State.TrailerValue:
                return Step(next != 0, next switch
                {
                    (byte)'\r' => State.TrailerEnd,
                    (byte)'\n' => State.TrailerStart,
                    _ => State.TrailerValue,
                });
            case State.TrailerEnd:
                return Step(next == '\n', State.TrailerStart);
            default:
                return Step(next == '\n', State.Done);
        }
    }

    OperationStatus Step(bool isValid, State to)
    {
        if (!isValid) return OperationStatus.InvalidData;
        state = to;
        return OperationStatus.Done;
    }

    OperationStatus Exceeds(FailureKind exceeded)
    {
        limit = exceeded;
        return OperationStatus.DestinationTooSmall;
    }

    static bool IsOverhead(State state) =>
        state is State.SizeSpace or State.Extension or State.TrailerStart or State.TrailerName or State.TrailerValue;

    static bool IsControl(byte value) => value is < 32 and not (byte)'\t' or 127;

    static int HexDigit(byte next) => next switch
    {
        >= (byte)'0' and <= (byte)'9' => next - '0',
        >= (byte)'a' and <= (byte)'f' => next - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => next - 'A' + 10,
        _ => -1,
    };
}
