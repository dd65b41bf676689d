using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LeanLoad.Profiler.Target;

/// <summary>What became of a token that a client presented.</summary>
enum TokenVerdict
{
    /// <summary>Signed by us, for us, not expired.</summary>
    Valid,

    /// <summary>There was none.</summary>
    Missing,

    /// <summary>Malformed, tampered with, signed by another key, for another service, or expired.</summary>
    Invalid,
}

/// <summary>
/// Issues and checks bearer tokens: JWTs signed with ES256 by a key made at the start, which never leaves the process.
/// The header carries the certificate (<c>x5c</c>, RFC 7515 §4.1.6): that is what Docker's registry wants of a token
/// when it is given the certificate as <c>rootcertbundle</c>; its other way, a libtrust key id, is gone from version 3
/// on.
/// </summary>
sealed class TokenAuthority : IDisposable
{
    /// <summary>The <c>iss</c> claim, and a real registry's <c>auth.token.issuer</c>.</summary>
    public const string Issuer = "leanload-target";

    /// <summary>The <c>aud</c> claim, and a real registry's <c>auth.token.service</c>.</summary>
    public const string Service = "leanload-registry";

    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly X509Certificate2 certificate;
    readonly SigningCredentials credentials;
    readonly TokenValidationParameters checks;
    readonly JsonWebTokenHandler tokens = new() { SetDefaultTimesOnTokenCreation = false };
    readonly TimeSpan lifetime;
    readonly TimeProvider clock;

    public TokenAuthority(TimeSpan lifetime, TimeProvider clock)
    {
        (this.lifetime, this.clock) = (lifetime, clock);
        certificate = SelfSigned(key, clock.GetUtcNow());
        var signer = new ECDsaSecurityKey(key);
        credentials = new SigningCredentials(signer, SecurityAlgorithms.EcdsaSha256);
        checks = new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Service,
            IssuerSigningKey = signer,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            // No leeway: issuer and judge read the same clock.
            LifetimeValidator = (from, until, _, _) => IsNow(from, until),
        };
    }

    /// <summary>The certificate that a real registry needs to check our tokens, as PEM. Holds no secret.</summary>
    public string CertificatePem => certificate.ExportCertificatePem();

    /// <summary>A token for <paramref name="user"/>, and when it was issued.</summary>
    public (string Token, DateTimeOffset IssuedAt) Issue(string user, IReadOnlyList<AccessEntry> access)
    {
        var now = clock.GetUtcNow();
        var token = tokens.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Service,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = user,
                ["jti"] = Convert.ToHexString(RandomNumberGenerator.GetBytes(8)),
                ["access"] = JsonSerializer.SerializeToElement(access, TargetJson.Default.IReadOnlyListAccessEntry),
            },
            AdditionalHeaderClaims = new Dictionary<string, object>
            {
                ["x5c"] = new List<string> { Convert.ToBase64String(certificate.RawData) },
            },
            SigningCredentials = credentials,
        });
        return (token, now);
    }

    /// <summary>Judges the value of an <c>Authorization</c> header.</summary>
    /// <param name="authorization">The header; null or empty for none.</param>
    /// <param name="access">What a valid token allows; empty otherwise.</param>
    public TokenVerdict Check(string? authorization, out IReadOnlyList<AccessEntry> access)
    {
        access = [];
        if (string.IsNullOrEmpty(authorization)) return TokenVerdict.Missing;
        const string scheme = "Bearer ";
        if (!authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return TokenVerdict.Invalid;
        // Asynchronous only for keys fetched over the network; ours is at hand, so this never waits.
        var result = tokens.ValidateTokenAsync(authorization[scheme.Length..].Trim(), checks).GetAwaiter().GetResult();
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token) return TokenVerdict.Invalid;
        // We signed it, so its claims have the shape that Issue gave them.
        access = token.TryGetPayloadValue("access", out JsonElement claim)
            ? claim.Deserialize(TargetJson.Default.IReadOnlyListAccessEntry) ?? []
            : [];
        return TokenVerdict.Valid;
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }

    bool IsNow(DateTime? from, DateTime? until)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        // NumericDate has whole seconds (RFC 7519 §2): a token just issued may claim to begin up to one second ago,
        // never later than now.
        return from <= now && now < until;
    }

    static X509Certificate2 SelfSigned(ECDsa key, DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=LeanLoad target token authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(now.AddMinutes(-5), now.AddYears(1));
    }
}
