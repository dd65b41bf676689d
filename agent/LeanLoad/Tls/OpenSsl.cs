using System.Runtime.InteropServices;

namespace LeanLoad.Tls;

/// <summary>
/// The functions of OpenSSL 3 that TLS needs, by their manual pages (man 7 ssl). The runtime's own SslStream loads the
/// same library; calling it directly lets idle connections give back their buffers and keeps all of a handshake on its
/// loop.
/// </summary>
static unsafe partial class OpenSsl
{
    public const int VerifyNone = 0, VerifyPeer = 1;
    public const int FilePem = 1;
    public const int VerifyOk = 0;

    /// <summary>SSL_get_error's answers (man 3 SSL_get_error).</summary>
    public const int ErrorWantRead = 2, ErrorZeroReturn = 6;

    /// <summary>Commands of SSL_CTX_ctrl and SSL_ctrl, which the manual's macros stand for.</summary>
    public const int CtrlMode = 33, CtrlSessionCacheMode = 44, CtrlServerName = 55, CtrlMinVersion = 123;

    /// <summary>
    /// A write may end half-way, the next may come from elsewhere, and buffers are held only while they hold something
    /// (man 3 SSL_CTX_set_mode).
    /// </summary>
    public const nint ModePartialWrite = 1, ModeMovingBuffer = 2, ModeReleaseBuffers = 0x10;

    public const nint Tls12 = 0x0303;
    public const ulong NoCompression = 0x20000, NoRenegotiation = 0x40000000;

    /// <summary>
    /// Names are looked for in subjectAltName alone (RFC 9110 §4.3.4), and a wildcard stands for a whole label.
    /// </summary>
    public const uint NeverCheckSubject = 0x20, NoPartialWildcards = 0x4;

    public const int BioReset = 1, BioInfo = 3;

    const string Ssl = "libssl.so.3";
    const string Crypto = "libcrypto.so.3";

    [LibraryImport(Ssl)] public static partial nint TLS_client_method();

    [LibraryImport(Ssl)] public static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Ssl)] public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Ssl)] public static partial nint SSL_CTX_ctrl(nint context, int command, nint number, nint pointer);

    [LibraryImport(Ssl)] public static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Ssl)] public static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);

    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_set_default_passwd_cb(
        nint context, delegate* unmanaged[Cdecl]<byte*, int, int, nint, int> callback);

    [LibraryImport(Ssl)] public static partial int SSL_CTX_set_alpn_protos(nint context, byte* protocols, uint length);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_load_verify_file(
        nint context, string path);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_load_verify_dir(
        nint context, string path);

    [LibraryImport(Ssl,
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_use_certificate_chain_file(
        nint context, string path);

    [LibraryImport(Ssl,
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_use_PrivateKey_file(nint context,
        string path, int type);

    [LibraryImport(Ssl)] public static partial nint SSL_new(nint context);

    [LibraryImport(Ssl)] public static partial void SSL_free(nint ssl);

    [LibraryImport(Ssl)] public static partial nint SSL_ctrl(nint ssl, int command, nint number, byte* pointer);

    [LibraryImport(Ssl)] public static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport(Ssl)] public static partial void SSL_set_bio(nint ssl, nint read, nint write);

    [LibraryImport(Ssl)] public static partial int SSL_set1_host(nint ssl, byte* host);

    [LibraryImport(Ssl)] public static partial void SSL_set_hostflags(nint ssl, uint flags);

    [LibraryImport(Ssl)] public static partial nint SSL_get0_param(nint ssl);

    [LibraryImport(Ssl)] public static partial int SSL_do_handshake(nint ssl);

    [LibraryImport(Ssl)] public static partial int SSL_read_ex(nint ssl, byte* buffer, nint length, nint* read);

    [LibraryImport(Ssl)] public static partial int SSL_peek_ex(nint ssl, byte* buffer, nint length, nint* read);

    [LibraryImport(Ssl)] public static partial int SSL_write_ex(nint ssl, byte* data, nint length, nint* written);

    [LibraryImport(Ssl)] public static partial int SSL_shutdown(nint ssl);

    [LibraryImport(Ssl)] public static partial int SSL_get_error(nint ssl, int result);

    [LibraryImport(Ssl)] public static partial nint SSL_get_verify_result(nint ssl);

    [LibraryImport(Ssl)] public static partial int SSL_session_reused(nint ssl);

    [LibraryImport(Ssl)] public static partial int SSL_free_buffers(nint ssl);

    [LibraryImport(Ssl)] public static partial nint SSL_get1_session(nint ssl);

    [LibraryImport(Ssl)] public static partial int SSL_set_session(nint ssl, nint session);

    [LibraryImport(Ssl)] public static partial int SSL_SESSION_is_resumable(nint session);

    [LibraryImport(Ssl)] public static partial void SSL_SESSION_free(nint session);

    [LibraryImport(Crypto)] public static partial int X509_VERIFY_PARAM_set1_ip_asc(nint parameters, byte* address);

    [LibraryImport(Crypto)] public static partial nint X509_verify_cert_error_string(nint result);

    [LibraryImport(Crypto)] public static partial nint X509_get_default_cert_dir();

    [LibraryImport(Crypto)] public static partial nint X509_get_default_cert_file();

    [LibraryImport(Crypto)] public static partial nint BIO_s_mem();

    [LibraryImport(Crypto)] public static partial nint BIO_new(nint type);

    [LibraryImport(Crypto)] public static partial int BIO_up_ref(nint bio);

    [LibraryImport(Crypto)] public static partial int BIO_free(nint bio);

    [LibraryImport(Crypto)] public static partial int BIO_write(nint bio, byte* data, int length);

    [LibraryImport(Crypto)] public static partial nint BIO_ctrl(nint bio, int command, nint number, nint* pointer);

    [LibraryImport(Crypto)] public static partial nint BIO_ctrl_pending(nint bio);

    [LibraryImport(Crypto)] public static partial nuint ERR_get_error();

    [LibraryImport(Crypto)] public static partial nint ERR_reason_error_string(nuint error);

    [LibraryImport(Crypto)] public static partial void ERR_clear_error();

    /// <summary>
    /// The first reason in the thread's queue of errors, in OpenSSL's words, and empties it; null where there is none.
    /// </summary>
    public static string? TakeReason()
    {
        var error = ERR_get_error();
        ERR_clear_error();
        return error == 0 ? null : Marshal.PtrToStringUTF8(ERR_reason_error_string(error)) ?? $"error {error:x}";
    }
}
