using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using LeanLoad.Http;

namespace LeanLoad.Benchmarks.Http;

/// <summary>
/// One response read to its end: head parsed, body taken out of its framing and counted, nothing kept.
/// </summary>
[SuppressMessage("Reliability", "CA1001",
    Justification = "BenchmarkDotNet calls what is marked as cleanup, not Dispose")]
public class ResponseParsing
{
    /// <summary>What one read of the agent's receive buffer brings at most.</summary>
    const int PieceBytes = 16 << 10;

    readonly byte[] buffer = new byte[PieceBytes];
    byte[] response = [];
    InMemoryExchange exchange = null!;

    [ParamsAllValues]
    public Payload Payload { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        response = ResponsePayloads.Of(Payload);
        exchange = new InMemoryExchange(response);
        var expected = SystemNetHttp().AsTask().GetAwaiter().GetResult();
        var drained = ParseAndDrain();
        if (drained != expected) throw new InvalidOperationException(
            $"{Payload}: {drained} bytes of body, by System.Net.Http {expected}");
    }

    [GlobalCleanup]
    public void Close() => exchange.Dispose();

    /// <summary>
    /// The platform's client on one kept connection, for the same response: its invoker, which is leaner than
    /// HttpClient, the response read as its headers arrive and drained into a buffer. It writes its request too, and
    /// there is no way to leave that out.
    /// </summary>
    /// <returns>Bytes of the body.</returns>
    [Benchmark(Baseline = true)]
    public ValueTask<long> SystemNetHttp() => exchange.SendAndDrain(buffer);

    /// <returns>Bytes of the body.</returns>
    [Benchmark]
    public long ParseAndDrain()
    {
        var length = Receive(0);
        if (ResponseHead.Parse(buffer.AsSpan(0, length), isHead: false, out var head,
            out var consumed) != OperationStatus.Done) return -1;
        var body = new BodyReader(head);
        var (total, position) = (0L, length);
        var input = (ReadOnlySpan<byte>)buffer.AsSpan(consumed, length - consumed);
        while (true)
        {
            var status = body.Read(ref input, out var data);
            total += data.Length;
            if (status == OperationStatus.Done) return total;
            if (status != OperationStatus.NeedMoreData) return -1;
            if (!input.IsEmpty) continue;
            length = Receive(position);
            if (length == 0) return -1;
            position += length;
            input = buffer.AsSpan(0, length);
        }
    }

    /// <summary>As a socket would: copies the next piece into the buffer.</summary>
    int Receive(int position)
    {
        var piece = response.AsSpan(position, Math.Min(buffer.Length, response.Length - position));
        piece.CopyTo(buffer);
        return piece.Length;
    }
}
