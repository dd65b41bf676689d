using LeanLoad.Loop;

namespace LeanLoad.Tls;

/// <summary>
/// Where one loop's TLS connections take turns to read and write: OpenSSL reads what was received and writes what is to
/// be sent in memory, so that a response costs one <c>recv</c>, however many records it is in. Empty between two steps,
/// so nothing of one connection can reach another.
/// </summary>
sealed unsafe class TlsWire : IDisposable
{
    /// <summary>
    /// Received at once: two records of the largest size. With what a connection has of a record already it fits,
    /// decrypted, into the loop's receive buffer (64 KiB).
    /// </summary>
    public const int InputBytes = 36 << 10;

    /// <summary>At once: what they leave is then worth the milliseconds of looking for it.</summary>
    const int ManyHandshakes = 64;

    readonly byte[] input = GC.AllocateUninitializedArray<byte>(InputBytes, pinned: true);
    int handshakes;
    int mostHandshakes;

    public TlsWire()
    {
        Incoming = OpenSsl.BIO_new(OpenSsl.BIO_s_mem());
        Outgoing = OpenSsl.BIO_new(OpenSsl.BIO_s_mem());
    }

    /// <summary>The BIO that OpenSSL reads.</summary>
    public nint Incoming { get; private set; }

    /// <summary>The BIO that OpenSSL writes.</summary>
    public nint Outgoing { get; private set; }

    /// <summary>A handshake begins: until its end it holds some 60 kB of buffers.</summary>
    public void BeginHandshake() => mostHandshakes = Math.Max(mostHandshakes, ++handshakes);

    /// <summary>
    /// A handshake has ended. When the last of many has, their buffers lie freed between what their connections keep,
    /// where the C library would leave them: 1,500 users at once stood at 36 kB each instead of 21.
    /// </summary>
    public void EndHandshake()
    {
        if (--handshakes > 0) return;
        if (mostHandshakes >= ManyHandshakes) _ = Libc.TrimHeap(0);
        mostHandshakes = 0;
    }

    /// <summary>Where to receive.</summary>
    public Span<byte> Input => input;

    /// <summary>What OpenSSL wants sent.</summary>
    public ReadOnlySpan<byte> Output
    {
        get
        {
            nint start;
            var length = (int)OpenSsl.BIO_ctrl(Outgoing, OpenSsl.BioInfo, 0, &start);
            return new ReadOnlySpan<byte>((void*)start, length);
        }
    }

    /// <summary>Gives OpenSSL what was received into <see cref="Input"/>.</summary>
    public void Feed(int count)
    {
        fixed (byte* first = input) _ = OpenSsl.BIO_write(Incoming, first, count);
    }

    /// <summary>What was to be sent is sent, or copied.</summary>
    public void ClearOutput() => _ = OpenSsl.BIO_ctrl(Outgoing, OpenSsl.BioReset, 0, null);

    /// <summary>Whether OpenSSL has not read all that was received.</summary>
    public bool HasInput => OpenSsl.BIO_ctrl_pending(Incoming) > 0;

    /// <summary>After a failure: what is left belongs to nobody.</summary>
    public void Clear()
    {
        _ = OpenSsl.BIO_ctrl(Incoming, OpenSsl.BioReset, 0, null);
        ClearOutput();
    }

    public void Dispose()
    {
        if (Incoming == 0) return;
        _ = OpenSsl.BIO_free(Incoming);
        _ = OpenSsl.BIO_free(Outgoing);
        (Incoming, Outgoing) = (0, 0);
    }
}
