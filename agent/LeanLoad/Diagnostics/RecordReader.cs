using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Diagnostics;

/// <summary>
/// Decodes records; the layout is at <see cref="RecordKind"/>. After the first field that cannot be read every further
/// one is 0, empty or null and <see cref="IsMalformed"/> is true: nothing throws, whatever the bytes, and nothing
/// larger than the bytes is allocated.
/// </summary>
ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    // Far above what a run can count, and low enough that sums of a record's counts stay positive.
    const ulong MaxCount = 1UL << 50;

    ReadOnlySpan<byte> rest = bytes;

    /// <summary>True once a field could not be read.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Decodes one record. Bytes after its last known field are a newer version's, and skipped.</summary>
    /// <param name="bytes">One whole record.</param>
    /// <param name="record">The record; <see cref="UnknownRecord"/> where a newer version knows its kind.</param>
    /// <returns>False where the bytes are no record.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out IRecord? record)
    {
        var reader = new RecordReader(bytes);
        record = (RecordKind)reader.Byte() switch
        {
            RecordKind.None => null,
            RecordKind.RunStarted => RunStarted.Read(ref reader),
            RecordKind.ScopeDefined => ScopeDefined.Read(ref reader),
            RecordKind.RequestDefined => RequestDefined.Read(ref reader),
            RecordKind.PhaseChanged => PhaseChanged.Read(ref reader),
            RecordKind.Tick => Tick.Read(ref reader),
            RecordKind.ScopeCharged => ScopeCharged.Read(ref reader),
            RecordKind.RequestDelta => RequestDelta.Read(ref reader),
            RecordKind.FailureSeen => FailureSeen.Read(ref reader),
            RecordKind.PlateauReached => PlateauReached.Read(ref reader),
            RecordKind.Projected => Projected.Read(ref reader),
            RecordKind.Warning => Warning.Read(ref reader),
            RecordKind.RunEnded => RunEnded.Read(ref reader),
            RecordKind.ConnectionDelta => ConnectionDelta.Read(ref reader),
            RecordKind.IterationDelta => IterationDelta.Read(ref reader),
            RecordKind.WindowOpened => WindowOpened.Read(ref reader),
            RecordKind.WindowSummed => WindowSummed.Read(ref reader),
            RecordKind.GeneratorSummed => GeneratorSummed.Read(ref reader),
            RecordKind.ThresholdJudged => ThresholdJudged.Read(ref reader),
            RecordKind.Explained => Explained.Read(ref reader),
            RecordKind.FailureSpan => FailureSpan.Read(ref reader),
            RecordKind.BooksKept => BooksKept.Read(ref reader),
            RecordKind.ScenarioDefined => ScenarioDefined.Read(ref reader),
            RecordKind.ScenarioKept => ScenarioKept.Read(ref reader),
            RecordKind.MemoryDetailed => MemoryDetailed.Read(ref reader),
            RecordKind.ScenarioPeak => ScenarioPeak.Read(ref reader),
            RecordKind.BudgetChanged => BudgetChanged.Read(ref reader),
            RecordKind.MemoryKept => MemoryKept.Read(ref reader),
            var unknown => new UnknownRecord(unknown),
        };
        if (reader.IsMalformed) record = null;
        return record is not null;
    }

    public byte Byte()
    {
        if (rest.IsEmpty) return (byte)Fail();
        var value = rest[0];
        rest = rest[1..];
        return value;
    }

    public bool Bool()
    {
        var value = Byte();
        return value <= 1 ? value == 1 : Fail() != 0;
    }

    public ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;

            // The tenth byte has room for one bit.
            if (next < 0x80) return shift == 63 && next > 1 ? Fail() : value;
        }

        return Fail();
    }

    /// <summary>A count: at most 2^50.</summary>
    public long Count()
    {
        var value = Unsigned();
        return value <= MaxCount ? (long)value : (long)Fail();
    }

    /// <summary>A count that fits an <see cref="int"/>: users, ids.</summary>
    public int SmallCount()
    {
        var value = Unsigned();
        return value <= int.MaxValue ? (int)value : (int)Fail();
    }

    /// <summary>A value of an enumeration; one beyond a byte becomes 255, which none of ours has.</summary>
    public byte Choice() => (byte)Math.Min(SmallCount(), byte.MaxValue);

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public double Double()
    {
        if (rest.Length < sizeof(double)) return Fail();
        var value = BinaryPrimitives.ReadDoubleLittleEndian(rest);
        rest = rest[sizeof(double)..];
        return value;
    }

    public TimeSpan Time() => new(Count() * TimeSpan.TicksPerMicrosecond);

    public Bytes Amount() => new(Signed());

    public Bytes? OptionalAmount() => Bool() ? Amount() : null;

    public long? OptionalCount() => Bool() ? Count() : null;

    public string? OptionalText() => Bool() ? Text() : null;

    public string Text()
    {
        var length = Unsigned();
        if (length > (ulong)rest.Length)
        {
            Fail();
            return "";
        }

        var text = Encoding.UTF8.GetString(rest[..(int)length]);
        rest = rest[(int)length..];
        return text;
    }

    /// <summary>The number of items of a list, each at least one byte long.</summary>
    public int ListCount()
    {
        var count = Unsigned();
        return count <= (ulong)rest.Length ? (int)count : (int)Fail();
    }

    public LatencyHistogram Histogram()
    {
        var histogram = new LatencyHistogram();
        var (sum, min, max, clamped) = (Count(), Count(), Count(), Count());
        var index = -1L;
        for (var gap = SmallCount(); gap != 0 && !IsMalformed; gap = SmallCount())
        {
            index += gap;
            var count = Count();
            if (index >= LatencyHistogram.BucketCount || count == 0) Fail();
            else histogram.AddBucket((int)index, count);
        }

        if (histogram.Count > 0) histogram.AddBounds(sum, min, max, clamped);
        return histogram;
    }

    public MemoryReading Memory() => Plateau(users: 0, TimeSpan.Zero).Reading;

    /// <summary>A reading, and what only a plateau's record says beside it.</summary>
    public Plateau Plateau(int users, TimeSpan at)
    {
        var known = Unsigned();
        var reading = new MemoryReading
        {
            IsEstimate = (known & 32) != 0,
            Unreclaimable = Amount(),
            Anonymous = Amount(),
            Resident = Amount(),
            Live = Amount(),
            Committed = Amount(),
            Allocated = Amount(),
            Collections = (int)Signed(),
            Charged = (known & 1) != 0 ? Amount() : null,
            Kernel = (known & 2) != 0 ? Amount() : null,
            Sockets = (known & 4) != 0 ? Amount() : null,
            Limit = (known & 8) != 0 ? Amount() : null,
            LimitHits = (known & 16) != 0 ? Signed() : null,
        };
        Bytes? excess = (known & 64) != 0 ? Amount() : null;
        Bytes? transient = (known & 128) != 0 ? Amount() : null;
        if ((known & 256) != 0) reading = reading with { Large = new LargeObjects(Amount(), Amount()) };
        return new Plateau(users, at, reading)
        {
            Excess = excess,
            Transient = transient,
            Starts = (known & 512) != 0 ? new StartsUnderWay(SmallCount(), Amount()) : default,
        };
    }

    // The value that stands for what cannot be read.
    ulong Fail()
    {
        IsMalformed = true;
        rest = default;
        return 0;
    }
}
