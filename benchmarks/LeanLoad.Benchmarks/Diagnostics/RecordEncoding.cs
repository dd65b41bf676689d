using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using LeanLoad.Benchmarks.Stats;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Benchmarks.Diagnostics;

/// <summary>
/// A second of a run as it goes to profiler and journal: the run's state, and one name's requests with the histogram of
/// their times.
/// </summary>
[SuppressMessage("Reliability", "CA1001",
    Justification = "BenchmarkDotNet calls what is marked as cleanup, not Dispose")]
public class RecordEncoding
{
    const int RequestsInSecond = 500;

    readonly byte[] buffer = new byte[Contract.MaxRecordBytes];
    readonly ArrayBufferWriter<byte> text = new(Contract.MaxRecordBytes);
    Utf8JsonWriter json = null!;
    Tick tick;
    RequestDelta delta;

    [GlobalSetup]
    public void MakeSecond()
    {
        json = new Utf8JsonWriter(text);
        var stats = new LatencyHistogram();
        foreach (var time in ResponseTimes.Draw(RequestsInSecond)) stats.Record(time);
        delta = new RequestDelta(TimeSpan.FromSeconds(61), 7, RequestsInSecond, 3, 1_213_000, stats, Service: null);
        tick = new Tick
        {
            At = TimeSpan.FromSeconds(61),
            UsersPlanned = 1_000,
            UsersAdmitted = 640,
            UsersRunning = 637,
            UsersFailed = 3,
            Iterations = 30_511,
            Requests = 61_022,
            Failures = 12,
            InFlight = 41,
            Memory = new MemoryReading
            {
                Charged = Bytes.FromMiB(61),
                Unreclaimable = Bytes.FromMiB(57),
                Anonymous = Bytes.FromMiB(49),
                Kernel = Bytes.FromMiB(5),
                Sockets = Bytes.FromMiB(3),
                Limit = Bytes.FromMiB(128),
                Resident = Bytes.FromMiB(58),
                Live = Bytes.FromMiB(31),
                Committed = Bytes.FromMiB(40),
                Allocated = Bytes.FromMiB(712),
                Collections = 94,
                LimitHits = 0,
            },
        };
    }

    [GlobalCleanup]
    public void Close() => json.Dispose();

    /// <summary>The usual way: the same fields as JSON, by a writer and into a buffer that are used again.</summary>
    [Benchmark(Baseline = true)]
    public int Json()
    {
        text.ResetWrittenCount();
        json.Reset(text);
        json.WriteStartArray();
        WriteTick(json, tick);
        WriteDelta(json, delta);
        json.WriteEndArray();
        json.Flush();
        return text.WrittenCount;
    }

    [Benchmark]
    public int Records() => RecordWriter.Write(buffer, tick) + RecordWriter.Write(buffer, delta);

    static void WriteTick(Utf8JsonWriter json, in Tick tick)
    {
        json.WriteStartObject();
        json.WriteNumber("at", tick.At.TotalMicroseconds);
        json.WriteNumber("usersPlanned", tick.UsersPlanned);
        json.WriteNumber("usersAdmitted", tick.UsersAdmitted);
        json.WriteNumber("usersRunning", tick.UsersRunning);
        json.WriteNumber("usersStopped", tick.UsersStopped);
        json.WriteNumber("usersFailed", tick.UsersFailed);
        json.WriteNumber("iterations", tick.Iterations);
        json.WriteNumber("requests", tick.Requests);
        json.WriteNumber("failures", tick.Failures);
        json.WriteNumber("inFlight", tick.InFlight);
        WriteMemory(json, tick.Memory);
        json.WriteEndObject();
    }

    static void WriteMemory(Utf8JsonWriter json, in MemoryReading memory)
    {
        json.WriteStartObject("memory");
        json.WriteNumber("charged", memory.Charged?.Count ?? 0);
        json.WriteNumber("unreclaimable", memory.Unreclaimable.Count);
        json.WriteNumber("anonymous", memory.Anonymous.Count);
        json.WriteNumber("kernel", memory.Kernel?.Count ?? 0);
        json.WriteNumber("sockets", memory.Sockets?.Count ?? 0);
        json.WriteNumber("limit", memory.Limit?.Count ?? 0);
        json.WriteNumber("resident", memory.Resident.Count);
        json.WriteNumber("live", memory.Live.Count);
        json.WriteNumber("committed", memory.Committed.Count);
        json.WriteNumber("allocated", memory.Allocated.Count);
        json.WriteNumber("collections", memory.Collections);
        json.WriteNumber("limitHits", memory.LimitHits ?? 0);
        json.WriteEndObject();
    }

    static void WriteDelta(Utf8JsonWriter json, in RequestDelta delta)
    {
        json.WriteStartObject();
        json.WriteNumber("at", delta.At.TotalMicroseconds);
        json.WriteNumber("name", delta.Name);
        json.WriteNumber("requests", delta.Requests);
        json.WriteNumber("failures", delta.Failures);
        json.WriteNumber("bytesReceived", delta.BytesReceived);
        json.WriteStartArray("response");
        foreach (var (index, count) in delta.Response.Buckets)
        {
            json.WriteNumberValue(index);
            json.WriteNumberValue(count);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
