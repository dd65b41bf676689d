using System.Text;
using CsCheck;
using LeanLoad.Diagnostics;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Diagnostics;

public sealed class RecordTests
{
    static readonly TimeSpan Now = TimeSpan.FromSeconds(3);

    [Fact]
    public void Every_record_comes_back_as_it_was() => Records.Any.Sample(record =>
        RecordReader.TryRead(Records.Encoded(record), out var read) && Records.AreSame(record, read));

    [Fact]
    public void Unknown_memory_stays_unknown_and_zero_stays_zero()
    {
        var unknown = new Tick { Memory = new() { IsEstimate = true } };
        var zero = new Tick
        {
            Memory = new()
            {
                Charged = Bytes.Zero,
                Kernel = Bytes.Zero,
                Sockets = Bytes.Zero,
                Limit = Bytes.Zero,
                LimitHits = 0,
            },
        };
        foreach (var tick in new[] { unknown, zero })
        {
            Assert.True(RecordReader.TryRead(Records.Encoded(tick), out var read));
            Assert.Equal(tick, read);
        }
    }

    [Fact]
    public void A_record_cut_anywhere_is_malformed() => Records.Any.Sample(record =>
    {
        var bytes = Records.Encoded(record);
        return Enumerable.Range(0, bytes.Length).All(length => !RecordReader.TryRead(bytes.AsSpan(0, length), out _));
    }, iter: 1_000);

    [Fact]
    public void What_a_newer_version_appends_is_skipped() =>
        Gen.Select(Records.Any, Gen.Byte.Array[1, 20]).Sample((record, more) =>
        RecordReader.TryRead([.. Records.Encoded(record), .. more], out var read) && Records.AreSame(record, read));

    [Theory]
    [InlineData(40)]
    [InlineData(200)]
    [InlineData(255)]
    public void A_kind_of_a_newer_version_is_no_error(byte kind)
    {
        Assert.True(RecordReader.TryRead([kind, 1, 2, 3], out var record));
        Assert.Equal(new UnknownRecord((RecordKind)kind), record);
    }

    [Fact]
    public void Garbage_never_throws() =>
        Gen.Select(Gen.Byte[0, 15], Gen.Byte.Array[0, 200])
            .Sample((kind, bytes) => RecordReader.TryRead([kind, .. bytes], out _) || kind < 15, iter: 20_000);

    [Fact]
    public void A_record_with_wrong_bytes_never_throws() =>
        Gen.Select(Records.Any, Gen.Int[0, int.MaxValue], Gen.Byte).Sample((record, place, value) =>
        {
            var bytes = Records.Encoded(record);
            bytes[place % bytes.Length] = value;
            return !RecordReader.TryRead(bytes, out var read) || read is not null;
        }, iter: 20_000);

    [Fact]
    public void A_list_longer_than_its_record_is_refused_before_anything_is_allocated()
    {
        var bytes = Records.Encoded(SampleRun.Started);
        bytes[^2] = 0x7F; // 127 classes in the two bytes that are left
        RecordReader.TryRead(bytes, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(RecordReader.TryRead(bytes, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);
    }

    [Theory]
    [InlineData(0UL, "00")]
    [InlineData(127UL, "7F")]
    [InlineData(128UL, "8001")]
    [InlineData(300UL, "AC02")]
    [InlineData(ulong.MaxValue, "FFFFFFFFFFFFFFFFFF01")]
    public void Varints_are_LEB128(ulong value, string hex)
    {
        var buffer = new byte[16];
        var writer = new RecordWriter(buffer);
        writer.Unsigned(value);
        Assert.Equal(hex, Convert.ToHexString(buffer[..writer.Length]));
        Assert.Equal(value, new RecordReader(buffer).Unsigned());
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFFFF02")]
    [InlineData("FFFFFFFFFFFFFFFFFFFF01")]
    [InlineData("80")]
    public void A_varint_beyond_64_bits_or_without_end_is_malformed(string hex)
    {
        var reader = new RecordReader(Convert.FromHexString(hex));
        Assert.Equal(0UL, reader.Unsigned());
        Assert.True(reader.IsMalformed);
    }

    [Fact]
    public void The_layout_is_the_one_of_the_contract()
    {
        Assert.Equal("0801020504" + "01" + "03" + "666F6F", Convert.ToHexString(Records.Encoded(
            new FailureSeen(TimeSpan.FromMicroseconds(1), 2, FailureKind.Timeout, 4, "foo"))));
        Assert.Equal("0681010003" + "03" + "0C", Convert.ToHexString(Records.Encoded(
            new ScopeCharged(TimeSpan.FromMicroseconds(129), 0, 3, new(-2), 6))));
        var histogram = new LatencyHistogram();
        foreach (var us in new[] { 1, 3, 3 }) histogram.Record(us);
        Assert.Equal("07" + "00" + "01" + "03" + "00" + "09" + "01" + "07010300" + "0201" + "0202" + "00",
            Convert.ToHexString(Records.Encoded(
            new RequestDelta(default, 1, 3, 0, 9, histogram, null))));
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(1001, true)]
    public void A_long_text_is_cut_and_says_so(int length, bool isCut)
    {
        Assert.True(
            RecordReader.TryRead(Records.Encoded(new Warning(default, "code", new string('x', length))), out var read));
        Assert.Equal(isCut ? new string('x', 1000) + "…" : new string('x', length), Assert.IsType<Warning>(read).Text);
    }

    [Fact]
    public void Fifty_options_of_any_length_fit_into_the_first_record()
    {
        var options = Enumerable.Range(0, 50).Select(i => new EffectiveOption($"option-{i:00}", new string('名', 5000)))
            .ToList();
        Assert.True(RecordReader.TryRead(Records.Encoded(SampleRun.Started with { Options = options }), out var read));
        Assert.Equal(options.Select(option => option with { Value = option.Value[..200] + "…" }),
            Assert.IsType<RunStarted>(read).Options);
    }

    [Fact]
    public void A_failure_of_a_kind_that_only_a_newer_version_knows_is_counted_as_one()
    {
        Assert.True(RecordReader.TryRead([8, 0, 1, 0x80, 0x02, 3, 0], out var read));
        var seen = Assert.IsType<FailureSeen>(read);
        var stats = new RequestStats();
        stats.AddFailures(seen.Failure, seen.Count);
        Assert.Equal((3, 3, 0), (stats.Failures, stats.FailuresOf(seen.Failure), stats.Cut));
    }

    [Fact]
    public void A_text_is_never_cut_within_a_character_and_half_a_character_is_replaced()
    {
        var text = new string('x', 999) + "😀😀";
        Assert.True(RecordReader.TryRead(Records.Encoded(new Warning(default, "\ud83d", text)), out var read));
        Assert.Equal(new Warning(default, "\ufffd", new string('x', 999) + "…"), read);
        Assert.True(Encoding.UTF8.GetByteCount(text) > 1000);
    }

    [Fact]
    public void A_record_that_does_not_fit_is_refused_at_every_length() => Records.Any.Sample(record =>
    {
        var bytes = Records.Encoded(record);
        return Enumerable.Range(0, bytes.Length).All(length => RecordWriter.Write(new byte[length], record) == 0);
    }, iter: 300);

    [Fact]
    public void A_delta_split_in_three_adds_up_to_the_whole()
    {
        var (histogram, service, firstByte) = (new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
        foreach (var us in new[] { 5, 50, 500 }) histogram.Record(us);
        foreach (var us in new[] { 4, 40, 400 }) service.Record(us);
        foreach (var us in new[] { 3, 30 }) firstByte.Record(us);
        foreach (var delta in new RequestDelta[]
        {
            new(Now, 1, 4, 1, 99, histogram, service), new(Now, 1, 4, 1, 99, histogram, null),
            new(Now, 1, 4, 1, 99, histogram, service, firstByte), new(Now, 1, 4, 1, 99, histogram, null, firstByte),
        })
        {
            var (whole, parts) = (new RequestStats(), new RequestStats());
            delta.AddTo(whole);
            var (first, second, third) = delta.Split();
            first.AddTo(parts);
            second.AddTo(parts);
            third.AddTo(parts);
            Assert.Equal((whole.Requests, whole.BytesReceived), (parts.Requests, parts.BytesReceived));
            Assert.Equal(1, first.Failures + second.Failures + third.Failures);
            Assert.Equal(whole.Response, parts.Response);
            Assert.Equal(whole.Service, parts.Service);
            Assert.Equal(whole.FirstByte, parts.FirstByte);
        }
    }

    [Fact]
    public void The_records_of_every_second_are_encoded_without_allocation()
    {
        var buffer = new byte[Contract.MaxRecordBytes];
        var histogram = new LatencyHistogram();
        for (var us = 1; us < 100_000; us += 77) histogram.Record(us);
        var tick = new Tick
        {
            At = Now,
            Requests = 12_345,
            Memory = new() { Unreclaimable = new(1 << 24), Limit = new(1 << 26) },
        };
        var delta = new RequestDelta(Now, 3, histogram.Count, 0, 1 << 20, histogram, histogram);
        var written = 0;
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(written > 0);

        void Round()
        {
            written = RecordWriter.Write(buffer, tick);
            written = Math.Min(written, RecordWriter.Write(buffer, new ScopeCharged(Now, 0, 7, new(4096), 12)));
            written = Math.Min(written, RecordWriter.Write(buffer, delta));
        }
    }
}
