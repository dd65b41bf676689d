using CsCheck;
using LeanLoad.Profiler.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Capture;

public sealed class WholeObjectStreamTests
{
    static readonly byte[] Trace = File.ReadAllBytes(Recording.Fixture("nettrace/run.nettrace"));

    [Fact]
    public void A_whole_trace_passes_unchanged_however_it_is_chopped() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Int[1, 5000]).Sample((arriving, asking) =>
            Assert.Equal(Trace, Drain(new WholeObjectStream(new DripStream(Trace, arriving)), asking)), iter: 50);

    [Fact]
    public void A_trace_cut_anywhere_ends_after_its_last_whole_object_with_an_end_mark() =>
        Gen.Int[32, Trace.Length - 1].Sample(length =>
        {
            var stream = new WholeObjectStream(new MemoryStream(Trace, 0, length));
            var passed = Drain(stream, 4096);

            Assert.NotNull(stream.CutOff);
            Assert.Equal(1, passed[^1]);
            Assert.True(passed.Length - 1 <= length);
            Assert.True(Trace.AsSpan().StartsWith(passed.AsSpan(..^1)));
        }, iter: 200);

    [Fact]
    public void Damage_never_throws() =>
        Gen.Select(Gen.Int[0, Trace.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var damaged = (byte[])Trace.Clone();
            damaged[at] = value;
            _ = Drain(new WholeObjectStream(new MemoryStream(damaged)), 4096);
        }, iter: 500);

    static byte[] Drain(WholeObjectStream stream, int chunk)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all, chunk);
        return all.ToArray();
    }

    /// <summary>Gives at most so many bytes at once, as a socket does.</summary>
    sealed class DripStream(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, most)]);
    }
}
