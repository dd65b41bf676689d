using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LeanLoad.Tls;

/// <summary>
/// What all TLS connections of an agent share: the authorities, the client's certificate, the protocol's limits (TLS
/// 1.2 and 1.3, ALPN http/1.1). It is made once and never changed, so connections of every loop may use it.
/// </summary>
sealed unsafe class TlsContext : IDisposable
{
    TlsContext(nint handle, TlsSettings settings)
    {
        Handle = handle;
        Settings = settings;
    }

    /// <summary>SSL_CTX.</summary>
    public nint Handle { get; private set; }

    public TlsSettings Settings { get; }

    /// <summary>Whether there is no authority that a certificate could be from.</summary>
    public bool HasNoRoots { get; private init; }

    /// <summary>Loads everything; where something is wrong, all of it is told.</summary>
    /// <returns>Null where there are problems.</returns>
    public static TlsContext? TryCreate(TlsSettings settings, out IReadOnlyList<string> problems)
    {
        try
        {
            return Create(settings, out problems);
        }
        catch (DllNotFoundException)
        {
            problems = ["HTTPS needs OpenSSL 3 (libssl.so.3), which this system does not have: apt-get install "
                + "libssl3, or the package of your system."];
            return null;
        }
    }

    /// <summary>Whether a file holds authorities.</summary>
    /// <param name="path">A PEM file.</param>
    /// <param name="problem">If not, why, to follow its name.</param>
    public static bool HasAuthorities(string path, out string? problem) =>
        TryLoad(path, "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)",
            static (context, path) => OpenSsl.SSL_CTX_load_verify_file(context, path), out problem);

    /// <summary>Whether a file holds a certificate.</summary>
    /// <inheritdoc cref="HasAuthorities"/>
    public static bool HasCertificate(string path, out string? problem) =>
        TryLoad(path, "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)",
            static (context, path) => OpenSsl.SSL_CTX_use_certificate_chain_file(context, path), out problem);

    /// <summary>Whether a file holds a key.</summary>
    /// <inheritdoc cref="HasAuthorities"/>
    public static bool HasKey(string path, out string? problem) =>
        TryLoad(path,
            "holds no key in PEM form (-----BEGIN PRIVATE KEY-----) without a password; remove one with openssl pkey "
            + "-in KEY -out NEW",
            static (context, path) => OpenSsl.SSL_CTX_use_PrivateKey_file(context, path, OpenSsl.FilePem), out problem);

    public void Dispose()
    {
        if (Handle != 0) OpenSsl.SSL_CTX_free(Handle);
        Handle = 0;
    }

    static TlsContext? Create(TlsSettings settings, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        var context = NewHandle();
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.CtrlMode,
            OpenSsl.ModePartialWrite | OpenSsl.ModeMovingBuffer | OpenSsl.ModeReleaseBuffers, 0);
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.CtrlMinVersion, OpenSsl.Tls12, 0);
        // Sessions are kept by who may resume them, not in a table of the library's.
        _ = OpenSsl.SSL_CTX_ctrl(context, OpenSsl.CtrlSessionCacheMode, 0, 0);
        _ = OpenSsl.SSL_CTX_set_options(context, OpenSsl.NoCompression | OpenSsl.NoRenegotiation);
        fixed (byte* protocols = "\x08http/1.1"u8) _ = OpenSsl.SSL_CTX_set_alpn_protos(context, protocols, 9);
        OpenSsl.SSL_CTX_set_verify(context, settings.IsInsecure ? OpenSsl.VerifyNone : OpenSsl.VerifyPeer, 0);
        var hasRoots = settings.IsInsecure || settings.CaPath is not null || LoadSystemRoots(context);
        if (settings.CaPath is { } ca && !settings.IsInsecure && OpenSsl.SSL_CTX_load_verify_file(context, ca) != 1)
        {
            found.Add(Refused("ca", ca));
        }

        if (settings.CertificatePath is { } certificate) LoadClient(context, certificate, settings.KeyPath, found);
        OpenSsl.ERR_clear_error();
        problems = found;
        if (found.Count == 0) return new TlsContext(context, settings) { HasNoRoots = !hasRoots };
        OpenSsl.SSL_CTX_free(context);
        return null;
    }

    static void LoadClient(nint context, string certificate, string? key, List<string> problems)
    {
        if (OpenSsl.SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
        {
            problems.Add(Refused("cert", certificate));
            return;
        }

        if (OpenSsl.SSL_CTX_use_PrivateKey_file(context, key ?? certificate, OpenSsl.FilePem) == 1) return;
        var reason = OpenSsl.TakeReason();
        problems.Add(
            key is null
                ? $"--cert \"{certificate}\" holds no key without a password ({reason}); name its key with --key."
            : reason == "key values mismatch"
                ? $"--key \"{key}\" is not the key of --cert \"{certificate}\"; name the one it was made with."
            : $"--key \"{key}\" can't be used: {reason}.");
    }

    /// <summary>
    /// The system's authorities: those of a directory by the hash of their names, one by one when they are needed (man
    /// 1 c_rehash), else of the one large file, whose some 140 certificates cost 3 MB.
    /// </summary>
    static bool LoadSystemRoots(nint context)
    {
        var file = Environment.GetEnvironmentVariable("SSL_CERT_FILE");
        var loaded = file is not null && OpenSsl.SSL_CTX_load_verify_file(context, file) == 1;
        var directory = Environment.GetEnvironmentVariable("SSL_CERT_DIR")
            ?? Marshal.PtrToStringUTF8(OpenSsl.X509_get_default_cert_dir())!;
        if (Directory.Exists(directory) && Directory.EnumerateFiles(directory, "*.0").Any())
        {
            loaded |= OpenSsl.SSL_CTX_load_verify_dir(context, directory) == 1;
        }

        // Where the distribution keeps it: OpenSSL's own default, Debian and Alpine, Fedora.
        string[] bundles = [Marshal.PtrToStringUTF8(OpenSsl.X509_get_default_cert_file())!,
            "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];
        foreach (var bundle in bundles)
        {
            if (!loaded && File.Exists(bundle)) loaded = OpenSsl.SSL_CTX_load_verify_file(context, bundle) == 1;
        }

        return loaded;
    }

    static bool TryLoad(string path, string otherwise, Func<nint, string, int> load, out string? problem)
    {
        problem = null;
        try
        {
            using (File.OpenRead(path))
            {
            }

            var context = NewHandle();
            if (load(context, path) != 1) problem = otherwise;
            OpenSsl.SSL_CTX_free(context);
            OpenSsl.ERR_clear_error();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            problem = $"can't be read: {refused.Message.TrimEnd('.')}";
        }
        catch (DllNotFoundException)
        {
            problem = "needs OpenSSL 3 (libssl.so.3), which this system does not have";
        }

        return problem is null;
    }

    static nint NewHandle()
    {
        var context = OpenSsl.SSL_CTX_new(OpenSsl.TLS_client_method());
        if (context == 0) throw new IOException($"OpenSSL refuses: {OpenSsl.TakeReason()}");
        // Without this a key with a password would ask for it at the terminal.
        OpenSsl.SSL_CTX_set_default_passwd_cb(context, &NoPassword);
        return context;
    }

    static string Refused(string option, string path) =>
        $"--{option} \"{path}\" can't be used: {OpenSsl.TakeReason()}.";

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static int NoPassword(byte* buffer, int size, int isForWriting, nint state) => 0;
}
