namespace LeanLoad.Tls;

/// <summary>Why TLS was not agreed on, in words that say what to do.</summary>
static class TlsRefusal
{
    // man 3 X509_STORE_CTX_get_error.
    const int NotYetValid = 9, Expired = 10, SelfSigned = 18, SelfSignedInChain = 19, IssuerUnknown = 20,
    LeafUnverified = 21, WrongName = 62, WrongAddress = 64;

    /// <summary>The certificate was refused.</summary>
    /// <param name="target">Whose it should be.</param>
    /// <param name="result">X509_V_ERR_….</param>
    /// <param name="words">The same in OpenSSL's words.</param>
    public static string OfCertificate(TlsTarget target, nint result, string words) => (int)result switch
    {
        WrongName
            or WrongAddress => $"the certificate is for another name than \"{target.Host}\" ({words}); ask for the "
                + "name it carries, with --resolve if need be",
        Expired => $"the certificate of {target.Host} or of its authority has expired ({words})",
        NotYetValid =>
            $"the certificate of {target.Host} is not valid yet ({words}); is the clock of one of the two wrong?",
        SelfSigned or SelfSignedInChain or IssuerUnknown or LeafUnverified when target.Context.HasNoRoots =>
            $"the certificate of {target.Host} can't be verified: this system has no authorities; apt-get install "
            + "ca-certificates, or name one with --ca",
        SelfSigned or SelfSignedInChain or IssuerUnknown or LeafUnverified =>
            $"the certificate of {target.Host} is from an authority that is not trusted ({words}); if it is yours, "
            + "name it with --ca",
        _ => $"the certificate of {target.Host} is refused: {words}",
    };

    /// <summary>Anything else.</summary>
    /// <param name="reason">OpenSSL's.</param>
    public static string OfProtocol(string reason) => reason switch
    {
        "wrong version number" or "packet length too long" or "http request" or "record layer failure" =>
            $"the server does not speak TLS here ({reason})",
        _ when reason.Contains("alert", StringComparison.Ordinal)
            && reason.Contains("certificate", StringComparison.Ordinal) =>
            $"the server refuses the client's certificate, or misses one ({reason}); give it with --cert and --key",
        _ => $"TLS failed: {reason}",
    };
}
