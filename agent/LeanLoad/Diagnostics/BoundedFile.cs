using LeanLoad.Memory;

namespace LeanLoad.Diagnostics;

/// <summary>
/// A file to append to, written by a thread of its own: a full disk, a stalled mount or an unread pipe holds
/// up neither users nor the guard. What waits is bounded; when that is full for too long, or a write fails, everything
/// is refused from then on, so that no hole is ever within the file.
/// </summary>
/// <remarks>
/// Memory: 64 KiB, of which what was never filled is never touched, and a thread. Allocates nothing to write. For one
/// writer at a time.
/// </remarks>
sealed class BoundedFile : Stream
{
    /// <summary>Two of the largest records, or the deltas of some hundred request names.</summary>
    const int Room = 64 << 10;

    /// <summary>A pipe opens when somebody reads it.</summary>
    static readonly TimeSpan OpeningPatience = TimeSpan.FromSeconds(5);

    /// <summary>What a write waits for room, and what happens once: after it everything is refused.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>What a flush waits until the system has it; where that is not enough, later ones do not wait.</summary>
    static readonly TimeSpan FlushPatience = TimeSpan.FromMilliseconds(100);

    static readonly TimeSpan ClosingPatience = TimeSpan.FromSeconds(2);

    // Guards all fields below, and tells of every change of them.
    readonly object gate = new();
    readonly byte[] waiting = new byte[Room];
    int start;
    int count;
    long written;
    bool isOpen;
    bool isWanted;
    bool isLate;
    bool isClosing;
    bool isClosed;
    string? problem;
    Exception? cause;

    BoundedFile()
    {
    }

    /// <summary>Opens a file.</summary>
    /// <param name="open">On the thread that will write: it may take as long as it likes. Without a buffer.</param>
    /// <exception cref="IOException">It cannot be opened, or it is a pipe that nobody reads.</exception>
    public static BoundedFile Open(Func<FileStream> open)
    {
        var file = new BoundedFile();
        new Thread(() => file.Run(open), maxStackSize: 256 << 10) { IsBackground = true, Name = "file" }.Start();
        lock (file.gate)
        {
            var until = Environment.TickCount64 + (long)OpeningPatience.TotalMilliseconds;
            while (!file.isOpen && file.problem is null && file.Wait(until))
            {
            }

            if (file.isOpen) return file;
            file.isClosing = true;
            throw new IOException(
                file.problem ?? $"nobody has begun to read it within {OpeningPatience.TotalSeconds:0} s.", file.cause);
        }
    }

    /// <summary>Bytes that the system has taken.</summary>
    public long Written
    {
        get
        {
            lock (gate) return written;
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !isClosing;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Adds bytes; the system gets them at the next flush, or when half of the room is taken.</summary>
    /// <exception cref="IOException">A write failed, or the file is too slow.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate)
        {
            var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
            while (true)
            {
                ThrowIfBroken();
                buffer = buffer[Take(buffer)..];
                if (count > Room / 2) Want();
                if (buffer.IsEmpty) return;
                if (count == Room && !Wait(until))
                {
                    problem ??= $"it takes less than is written, and {Room >> 10} KiB wait.";
                }
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Has the system take what was written, and waits for that a little.</summary>
    /// <exception cref="IOException">A write has failed.</exception>
    public override void Flush()
    {
        lock (gate)
        {
            Want();
            var until = Environment.TickCount64 + (isLate ? 0 : (long)FlushPatience.TotalMilliseconds);
            while (count > 0 && problem is null && Wait(until))
            {
            }

            isLate = count > 0;
            ThrowIfBroken();
        }
    }

    /// <summary>Writes out what waits, has the disk store it, and closes the file.</summary>
    /// <exception cref="IOException">Not all of it could be written in time: the file ends early.</exception>
    public void Finish()
    {
        lock (gate)
        {
            isClosing = true;
            Want();
            var until = Environment.TickCount64 + (long)ClosingPatience.TotalMilliseconds;
            while (!isClosed && problem is null && Wait(until))
            {
            }

            if (!isClosed) problem ??= "it is too slow: "
                + $"{Counted.Of(count, "byte was", "bytes were")} still waiting at the end.";
            ThrowIfBroken();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>As <see cref="Finish"/>, for who does not want to know.</summary>
    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing && !isClosing) Finish();
        }
        catch (IOException)
        {
            // Finish is there to be told.
        }

        base.Dispose(disposing);
    }

    void ThrowIfBroken()
    {
        if (problem is not null) throw new IOException(problem, cause);
    }

    void Want()
    {
        isWanted = true;
        Monitor.PulseAll(gate);
    }

    // False when the time is over.
    bool Wait(long until)
    {
        var left = until - Environment.TickCount64;
        return left > 0 && Monitor.Wait(gate, (int)left);
    }

    int Take(ReadOnlySpan<byte> bytes)
    {
        var end = (start + count) % Room;
        var taken = Math.Min(bytes.Length, Math.Min(Room - count, Room - end));
        bytes[..taken].CopyTo(waiting.AsSpan(end));
        count += taken;
        return taken;
    }

    // The thread's edge: what goes wrong is the writer's to be told.
    void Run(Func<FileStream> open)
    {
        try
        {
            using var file = open();
            lock (gate)
            {
                isOpen = true;
                Monitor.PulseAll(gate);
            }

            while (Next() is { IsEmpty: false } piece)
            {
                file.Write(piece.Span);
                Done(piece.Length);
            }

            DiskSync.Store(file);
        }
#pragma warning disable CA1031
        catch (Exception fault)
#pragma warning restore CA1031
        {
            lock (gate)
            {
                cause ??= fault;
                problem ??= RefusedMemory.IsCauseOfOurs(fault) ? "there was no memory to write it." : fault.Message;
            }
        }

        lock (gate)
        {
            isClosed = true;
            Monitor.PulseAll(gate);
        }
    }

    // What is to be written next; nothing when all is.
    ReadOnlyMemory<byte> Next()
    {
        lock (gate)
        {
            while (!isClosing && problem is null && (count == 0 || !isWanted)) Monitor.Wait(gate);
            return problem is null ? waiting.AsMemory(start, Math.Min(count, Room - start)) : default;
        }
    }

    void Done(int bytes)
    {
        lock (gate)
        {
            written += bytes;
            count -= bytes;
            // What is empty begins anew, so that pages are touched only as far as they are needed.
            start = count == 0 ? 0 : (start + bytes) % Room;
            if (count == 0) isWanted = false;
            Monitor.PulseAll(gate);
        }
    }
}
