namespace LeanLoad.Tls;

/// <summary>
/// What of a connection a later one can resume (SSL_SESSION): keys, ticket, and the certificate that was verified.
/// </summary>
sealed class TlsSession(nint handle) : IDisposable
{
    /// <summary>SSL_SESSION; 0 once given back.</summary>
    public nint Handle { get; private set; } = handle;

    public void Dispose()
    {
        if (Handle != 0) OpenSsl.SSL_SESSION_free(Handle);
        Handle = 0;
    }
}
