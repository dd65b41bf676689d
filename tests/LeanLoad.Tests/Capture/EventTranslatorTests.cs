using LeanLoad.Profiler.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Capture;

public sealed class EventTranslatorTests
{
    static readonly int[] RecordLengths = [10, 310, 610, 910, 1210, 0];

    [Theory]
    [InlineData("nettrace/run.nettrace", SessionEndReason.AgentExited)]
    [InlineData("nettrace/killed.nettrace", SessionEndReason.BrokenOff)]
    public void Every_record_arrives_byte_for_byte_also_from_an_agent_that_was_killed(string fixture, object reason)
    {
        var heard = Recording.Of(fixture);

        Assert.Equal((SessionEndReason)reason, heard.End.Reason);
        Assert.Equal(RecordLengths, heard.Records.Select(record => record.Length));
        for (var n = 0; n < 5; n++)
        {
            var record = heard.Records[n];
            for (var i = 0; i < record.Length; i++) Assert.Equal((byte)(i + n), record[i]);
        }

        Assert.Empty(heard.Warnings);
        Assert.Equal(0, heard.End.EventsLost);
        Assert.True(heard.ProcessId > 0);
    }

    [Fact]
    public void Samples_carry_size_weight_thread_type_and_the_activity_of_their_scope()
    {
        var heard = Recording.Of("nettrace/run.nettrace");

        Assert.InRange(heard.Samples.Count, 300, 600);
        Assert.All(heard.Samples, sample =>
        {
            Assert.True(sample.TypeId > 0x5555_5555_4000, "a method table lies in the program");
            Assert.Null(sample.TypeName);
            Assert.True(sample.ThreadId > 0);
            Assert.True(sample.Weight >= sample.ObjectSize.Count && sample.ObjectSize.Count >= 24);
            Assert.InRange(sample.At, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        });
        for (var n = 1; n < 5; n++)
        {
            var scope = new Guid(n, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7);
            // Each turn allocates about 9 MB, so some 90 samples: five standard deviations are half of it.
            Assert.InRange(heard.Samples.Where(sample => sample.Activity == scope).Sum(sample => sample.Weight), 4.5e6,
                13.5e6);
        }
    }

    [Fact]
    public void Collections_tell_generation_reason_pause_and_sizes()
    {
        var heard = Recording.Of("nettrace/run.nettrace");

        Assert.Equal(["AllocSmall", "Induced", "InducedAggressive"],
            heard.Collections.Select(collection => collection.Reason));
        Assert.Equal([0, 2, 2], heard.Collections.Select(collection => collection.Generation));
        Assert.Equal([1, 2, 3], heard.Collections.Select(collection => collection.Number));
        Assert.All(heard.Collections, collection =>
        {
            Assert.InRange(collection.Pause!.Value, TimeSpan.FromMicroseconds(1), TimeSpan.FromSeconds(1));
            Assert.True(collection.Promoted <= collection.HeapAfter
                && collection.HeapAfter <= collection.CommittedAfter);
        });
        Assert.True(heard.Collections[1].HeapAfter < Bytes.FromMiB(1), "everything was let go before the second");
    }

    [Fact]
    public void Cut_off_anywhere_it_tells_a_beginning_of_the_whole_and_never_throws()
    {
        var bytes = File.ReadAllBytes(Recording.Fixture("nettrace/run.nettrace"));
        var whole = Recording.Of(new MemoryStream(bytes));
        var told = 0;
        for (var length = 0; length < bytes.Length; length += 331)
        {
            var heard = Recording.Of(new MemoryStream(bytes, 0, length));

            Assert.Equal(SessionEndReason.BrokenOff, heard.End.Reason);
            Assert.NotNull(heard.End.Detail);
            Assert.True(heard.Samples.Count >= told, "more of the stream tells more");
            Assert.True(heard.Samples.Count <= whole.Samples.Count && heard.Records.Count <= whole.Records.Count);
            told = heard.Samples.Count;
        }

        Assert.True(told > whole.Samples.Count / 2);
    }

    [Fact]
    public void What_is_no_trace_is_said_to_be_none()
    {
        var heard = Recording.Of(new MemoryStream("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray()));

        Assert.Equal(SessionEndReason.BrokenOff, heard.End.Reason);
        Assert.Equal("the stream is not a Nettrace stream of version 4", heard.End.Detail);
    }

    [Fact]
    public void An_error_of_a_consumer_is_not_taken_for_a_broken_stream()
    {
        var translator =
            new EventTranslator(new CaptureSink { OnRecord = _ => throw new InvalidCastException("ours") });
        using var stream = File.OpenRead(Recording.Fixture("nettrace/run.nettrace"));

        Assert.Equal("ours", Assert.Throws<InvalidCastException>(() => translator.Read(stream)).Message);
    }
}
