using System.Threading.Tasks.Sources;

namespace LeanLoad.Benchmarks.Http;

/// <summary>
/// The server's end of a connection in memory: each write is taken for one whole request, and makes the response
/// readable once more. A read before it waits, for that is how a client learns that an idle connection was not closed.
/// </summary>
/// <param name="response">The bytes of the response.</param>
sealed class RepeatingStream(byte[] response) : Stream, IValueTaskSource<int>
{
    ManualResetValueTaskSourceCore<int> waiting;
    Memory<byte> waitingBuffer;
    bool isWaiting;
    int position = response.Length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position < response.Length) return ValueTask.FromResult(Take(buffer.Span));
        waiting.Reset();
        (waitingBuffer, isWaiting) = (buffer, true);
        return new ValueTask<int>(this, waiting.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        position = 0;
        if (!isWaiting) return;
        isWaiting = false;
        waiting.SetResult(Take(waitingBuffer.Span));
    }

    public override int Read(byte[] buffer, int offset, int count) => Take(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => waiting.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => waiting.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        waiting.OnCompleted(continuation, state, token, flags);

    int Take(Span<byte> buffer)
    {
        var piece = response.AsSpan(position, Math.Min(buffer.Length, response.Length - position));
        piece.CopyTo(buffer);
        position += piece.Length;
        return piece.Length;
    }
}
