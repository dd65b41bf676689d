using System.Net.Security;
using System.Threading.Tasks.Sources;
using LeanLoad.Loop;

namespace LeanLoad.Http;

/// <summary>
/// A loop's socket as a <see cref="Stream"/>, for <see cref="SslStream"/>. A read or write that would block is resumed from the loop, inline, so the
/// stream's code never leaves its thread. One read and one write at a time.
/// </summary>
sealed class ChannelStream : Stream
{
    readonly Channel channel;
    readonly Operation reading = new();
    readonly Operation writing = new();
    Memory<byte> readBuffer;
    ReadOnlyMemory<byte> writeBuffer;
    bool mayBeReadable;

    public ChannelStream(Channel channel) => this.channel = channel;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The socket became readable.</summary>
    public void OnReadable()
    {
        mayBeReadable = true;
        if (reading.IsPending && TryRead(out var count, out var error)) reading.Complete(count, error);
    }

    /// <summary>The socket became writable.</summary>
    public void OnWritable()
    {
        if (writing.IsPending && TryWrite(out var error)) writing.Complete(0, error);
    }

    /// <summary>The connection is given up: whoever waits is told that it ended.</summary>
    public void Abandon()
    {
        var gone = new IOException("the connection was closed");
        if (reading.IsPending) reading.Complete(0, gone);
        if (writing.IsPending) writing.Complete(0, gone);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        readBuffer = buffer;
        if (!TryRead(out var count, out var error)) return reading.Begin();
        return error is null ? new ValueTask<int>(count) : ValueTask.FromException<int>(error);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        writeBuffer = buffer;
        if (!TryWrite(out var error)) return writing.BeginWithoutResult();
        return error is null ? default : ValueTask.FromException(error);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    /// <remarks>SslStream says goodbye synchronously when disposed; what does not fit is not worth waiting for.</remarks>
    public override void Write(byte[] buffer, int offset, int count) => channel.Send(buffer.AsSpan(offset, count), out _);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>False where it would block. An empty read is done as soon as there may be something to read.</summary>
    bool TryRead(out int count, out IOException? error)
    {
        (count, error) = (0, null);
        if (!mayBeReadable) return false;
        if (readBuffer.IsEmpty) return true;
        switch (channel.Receive(readBuffer.Span, out count))
        {
            case ChannelStatus.Blocked:
                mayBeReadable = false;
                return false;
            case ChannelStatus.Failed:
                error = new IOException(channel.Error);
                return true;
            default:
                return true;
        }
    }

    bool TryWrite(out IOException? error)
    {
        error = null;
        while (!writeBuffer.IsEmpty)
        {
            var status = channel.Send(writeBuffer.Span, out var sent);
            if (status == ChannelStatus.Blocked) return false;
            if (status == ChannelStatus.Failed)
            {
                error = new IOException(channel.Error);
                return true;
            }

            writeBuffer = writeBuffer[sent..];
        }

        return true;
    }

    /// <summary>What a pending read or write is awaited by: reused, and resumed on the thread that completes it.</summary>
    sealed class Operation : IValueTaskSource<int>, IValueTaskSource
    {
        ManualResetValueTaskSourceCore<int> core;

        public bool IsPending { get; private set; }

        public ValueTask<int> Begin()
        {
            core.Reset();
            IsPending = true;
            return new ValueTask<int>(this, core.Version);
        }

        public ValueTask BeginWithoutResult()
        {
            core.Reset();
            IsPending = true;
            return new ValueTask(this, core.Version);
        }

        public void Complete(int count, IOException? error)
        {
            IsPending = false;
            // With a context of ours in place, every await of SslStream's own would go to the thread pool instead of going on here.
            var context = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            if (error is null) core.SetResult(count);
            else core.SetException(error);
            SynchronizationContext.SetSynchronizationContext(context);
        }

        public int GetResult(short token) => core.GetResult(token);

        void IValueTaskSource.GetResult(short token) => core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);
    }
}
