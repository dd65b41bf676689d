using System.Buffers;

namespace LeanLoad.Shaping;

/// <summary>
/// What a shaped connection has received and its owner may not see yet: packets in order, each with the time when it is
/// due. Its buffers are borrowed for as long as something is in them.
/// </summary>
sealed class DelayLine
{
    readonly Queue<Packet> packets = new();

    /// <summary>Bytes on their way.</summary>
    public int Bytes { get; private set; }

    /// <summary>When the next packet is due; infinite where there is none.</summary>
    public double NextDueMs => packets.TryPeek(out var next) ? next.DueMs : double.PositiveInfinity;

    /// <summary>Copies what has arrived.</summary>
    /// <param name="data">All of it.</param>
    /// <param name="due">When the next packet, of that many bytes, is due: called once for each, in order, its answers
    /// never falling.</param>
    public void Add(ReadOnlySpan<byte> data, Func<int, double> due)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(buffer);
        for (var from = 0; from < data.Length; from += Shape.PacketBytes)
        {
            var count = Math.Min(Shape.PacketBytes, data.Length - from);
            packets.Enqueue(new Packet(due(count), buffer, from, count, from + count == data.Length));
        }

        Bytes += data.Length;
    }

    /// <summary>Takes what is due.</summary>
    /// <returns>How many bytes.</returns>
    public int Take(double nowMs, Span<byte> destination)
    {
        var taken = 0;
        while (taken < destination.Length && packets.TryPeek(out var packet) && packet.DueMs <= nowMs)
        {
            var count = Math.Min(packet.Count - packet.Taken, destination.Length - taken);
            packet.Buffer.AsSpan(packet.From + packet.Taken, count).CopyTo(destination[taken..]);
            taken += count;
            packet.Taken += count;
            if (packet.Taken < packet.Count) break;
            packets.Dequeue();
            if (packet.IsLast) ArrayPool<byte>.Shared.Return(packet.Buffer);
        }

        Bytes -= taken;
        return taken;
    }

    /// <summary>Gives every buffer back.</summary>
    public void Clear()
    {
        while (packets.TryDequeue(out var packet))
        {
            if (packet.IsLast) ArrayPool<byte>.Shared.Return(packet.Buffer);
        }

        Bytes = 0;
    }

    /// <summary>A piece of a buffer; the last one of a buffer gives it back.</summary>
    sealed class Packet(double dueMs, byte[] buffer, int from, int count, bool isLast)
    {
        public double DueMs => dueMs;

        public byte[] Buffer => buffer;

        public int From => from;

        public int Count => count;

        public bool IsLast => isLast;

        public int Taken { get; set; }
    }
}
