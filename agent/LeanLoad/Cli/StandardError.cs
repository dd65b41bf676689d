using System.Runtime.InteropServices;
using LeanLoad.Loop;

namespace LeanLoad.Cli;

/// <summary>
/// Standard error by <c>write</c> alone (man 2 write). The console's own streams hold a lock in common while one of
/// them waits; a <see cref="FileStream"/> keeps a position of its own, and in a file that others write too, or that was
/// open before, it would write over them.
/// </summary>
sealed class StandardError : Stream
{
    const int Descriptor = 2;

    /// <summary>Somebody made it non-blocking, and whoever reads is slow.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    StandardError()
    {
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The stream; on other systems than Linux, whose errors have other numbers, the console's.</summary>
    public static Stream Open() => OperatingSystem.IsLinux() ? new StandardError() : Console.OpenStandardError();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <exception cref="IOException">Nobody is there to take it any more.</exception>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* data = buffer) written = Libc.Write(Descriptor, data, buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == Libc.WouldBlock) Thread.Sleep(Pause);
            else if (error != Libc.Interrupted) throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
