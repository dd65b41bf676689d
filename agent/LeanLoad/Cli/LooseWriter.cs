using System.Text;

namespace LeanLoad.Cli;

/// <summary>
/// Text for a stream that may stop taking it: a terminal that was paused, a pipe that nobody reads. A thread of its own
/// writes; what waits is bounded, and what does not fit is dropped and counted, so that nobody who logs ever waits. For
/// standard error, which must never hold up a run.
/// </summary>
/// <remarks>Memory: 32 KiB and a thread, from the first text on. For any number of writers.</remarks>
/// <param name="open">Opens the stream, on the thread that writes.</param>
sealed class LooseWriter(Func<Stream> open) : TextWriter
{
    /// <summary>Some 300 lines.</summary>
    const int Room = 32 << 10;

    /// <summary>What the end waits for what still waits.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // Guards all fields below, and tells of every change of them.
    readonly object gate = new();
    byte[]? waiting;
    int start;
    int count;
    long dropped;
    bool isCut;
    bool isBroken;

    /// <inheritdoc/>
    public override Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// How many lines nobody took, those that still wait among them, for people; null while all were taken.
    /// </summary>
    public string? Lost
    {
        get
        {
            lock (gate)
            {
                var lost = dropped + (isCut ? 1 : 0);
                for (var at = 0; at < count; at++)
                {
                    if (waiting![(start + at) % Room] == '\n') lost++;
                }

                if (lost == 0) return null;
                return $"Of the log {Counted.Of(lost, "line was", "lines were")} lost: nobody read standard error.";
            }
        }
    }

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        lock (gate)
        {
            if (isBroken || buffer.IsEmpty) return;
            if (waiting is null) Begin();
            var length = Encoding.GetByteCount(buffer);
            var lines = buffer.Count('\n');
            // A line that comes in pieces is lost with the first that is.
            if (isCut || length > Room - count)
            {
                (dropped, isCut) = (dropped + lines, buffer[^1] != '\n');
                return;
            }

            var bytes = length <= 512 ? stackalloc byte[length] : new byte[length];
            Encoding.GetBytes(buffer, bytes);
            var end = (start + count) % Room;
            var first = Math.Min(length, Room - end);
            bytes[..first].CopyTo(waiting.AsSpan(end));
            bytes[first..].CopyTo(waiting);
            count += length;
            Monitor.PulseAll(gate);
        }
    }

    // In one piece, so that a line is there or not.
    public override void WriteLine(string? value) => Write(value + NewLine);

    /// <summary>Nothing: whoever logs flushes after each line, and must not wait.</summary>
    public override void Flush()
    {
    }

    /// <summary>Waits a little until the stream has taken what was written.</summary>
    public void Finish()
    {
        lock (gate)
        {
            var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
            while (count > 0 && !isBroken && until - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(gate, (int)left);
            }
        }
    }

    void Begin()
    {
        waiting = new byte[Room];
        new Thread(Run, maxStackSize: 256 << 10) { IsBackground = true, Name = "log" }.Start();
    }

    // The thread's edge: a terminal that is gone (EIO) takes the log with it, and nothing else.
    void Run()
    {
        try
        {
            using var stream = open();
            while (true)
            {
                var piece = Next();
                stream.Write(piece.Span);
                Done(piece.Length);
            }
        }
#pragma warning disable CA1031
        catch (Exception)
#pragma warning restore CA1031
        {
            lock (gate)
            {
                (isBroken, count) = (true, 0);
                Monitor.PulseAll(gate);
            }
        }
    }

    ReadOnlyMemory<byte> Next()
    {
        lock (gate)
        {
            while (count == 0) Monitor.Wait(gate);
            return waiting.AsMemory(start, Math.Min(count, Room - start));
        }
    }

    void Done(int bytes)
    {
        lock (gate)
        {
            count -= bytes;
            start = count == 0 ? 0 : (start + bytes) % Room;
            Monitor.PulseAll(gate);
        }
    }
}
