using System.Buffers.Binary;
using System.Text;
using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Diagnostics;

/// <summary>
/// Encodes records into the caller's memory; the layout is at <see cref="RecordKind"/>. What does not fit is dropped
/// and sets <see cref="Overflowed"/>: nothing throws, nothing is allocated.
/// </summary>
ref struct RecordWriter(Span<byte> buffer)
{
    readonly Span<byte> buffer = buffer;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>True where something did not fit: what was written is no record.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Encodes a whole record.</summary>
    /// <returns>Its length in bytes; 0 where it does not fit.</returns>
    public static int Write<T>(Span<byte> buffer, in T record) where T : IRecord
    {
        var writer = new RecordWriter(buffer);
        writer.Byte((byte)record.Kind);
        record.WriteTo(ref writer);
        return writer.Overflowed ? 0 : writer.Length;
    }

    public void Byte(byte value)
    {
        if (Length < buffer.Length) buffer[Length++] = value;
        else Overflowed = true;
    }

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Unsigned(ulong value)
    {
        for (; value >= 0x80; value >>= 7) Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    /// <summary>A count, which is never negative.</summary>
    public void Count(long value) => Unsigned((ulong)Math.Max(0, value));

    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Double(double value)
    {
        if (buffer.Length - Length < sizeof(double))
        {
            Overflowed = true;
            return;
        }

        BinaryPrimitives.WriteDoubleLittleEndian(buffer[Length..], value);
        Length += sizeof(double);
    }

    public void Time(TimeSpan value) => Count(value.Ticks / TimeSpan.TicksPerMicrosecond);

    public void Amount(Bytes value) => Signed(value.Count);

    public void OptionalAmount(Bytes? value)
    {
        Bool(value is not null);
        if (value is { } known) Amount(known);
    }

    public void OptionalCount(long? value)
    {
        Bool(value is not null);
        if (value is { } known) Count(known);
    }

    public void OptionalText(string? value)
    {
        Bool(value is not null);
        if (value is not null) Text(value);
    }

    public void Text(string value, int limit = Contract.MaxTextLength)
    {
        var text = value.AsSpan();
        var isCut = text.Length > limit;
        if (isCut) text = text[..(limit - (char.IsHighSurrogate(text[limit - 1]) ? 1 : 0))];
        var length = Encoding.UTF8.GetByteCount(text);
        var ellipsis = isCut ? "…"u8 : default;
        Count(length + ellipsis.Length);
        if (Overflowed || buffer.Length - Length < length + ellipsis.Length)
        {
            Overflowed = true;
            return;
        }

        Length += Encoding.UTF8.GetBytes(text, buffer[Length..]);
        ellipsis.CopyTo(buffer[Length..]);
        Length += ellipsis.Length;
    }

    public void Histogram(LatencyHistogram histogram)
    {
        Count(histogram.SumUs);
        Count(histogram.MinUs);
        Count(histogram.MaxUs);
        Count(histogram.Clamped);
        var previous = -1;
        foreach (var (index, count) in histogram.Buckets)
        {
            Count(index - previous);
            Count(count);
            previous = index;
        }

        Count(0);
    }

    public void Memory(in MemoryReading reading, Plateau? plateau = null)
    {
        Unsigned((plateau?.Excess is null ? 0u : 64) | (plateau?.Transient is null ? 0u : 128)
            | (reading.Charged is null ? 0u : 1) | (reading.Kernel is null ? 0u : 2)
            | (reading.Sockets is null ? 0u : 4) | (reading.Limit is null ? 0u : 8)
            | (reading.LimitHits is null ? 0u : 16) | (reading.IsEstimate ? 32u : 0)
            | (plateau is null ? 0u : 256 | 512));
        Amount(reading.Unreclaimable);
        Amount(reading.Anonymous);
        Amount(reading.Resident);
        Amount(reading.Live);
        Amount(reading.Committed);
        Amount(reading.Allocated);
        Signed(reading.Collections);
        if (reading.Charged is { } charged) Amount(charged);
        if (reading.Kernel is { } kernel) Amount(kernel);
        if (reading.Sockets is { } sockets) Amount(sockets);
        if (reading.Limit is { } limit) Amount(limit);
        if (reading.LimitHits is { } hits) Signed(hits);
        if (plateau?.Excess is { } above) Amount(above);
        if (plateau?.Transient is { } alive) Amount(alive);
        if (plateau is not { } rest) return;
        Amount(reading.Large.Live);
        Amount(reading.Large.Allocated);
        Count(rest.Starts.Most);
        Amount(rest.Starts.HeldByEach);
    }
}
