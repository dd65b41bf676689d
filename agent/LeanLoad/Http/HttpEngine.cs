using LeanLoad.Memory;
using LeanLoad.Tls;

namespace LeanLoad.Http;

/// <summary>What all loops of an agent share: settings, the origins seen, one TLS context.</summary>
sealed class HttpEngine
{
    /// <summary>
    /// Origins that one agent may talk to; a load file that makes up more host names than this is not testing one
    /// target.
    /// </summary>
    const int MaxOrigins = 1024;

    readonly Lock gate = new();
    readonly Dictionary<(string Scheme, string Host, int Port), HttpOrigin> origins = [];
    readonly Lazy<TlsContext> tls;

    public HttpEngine(HttpSettings settings)
    {
        Settings = settings;
        tls = new Lazy<TlsContext>(CreateTls);
        if (settings.BaseUrl is not { } url) return;
        Base = OriginOf(url);
        BaseTarget = url.PathAndQuery;
        PathPrefix = System.Text.Encoding.ASCII.GetBytes(url.AbsolutePath.TrimEnd('/'));
    }

    public HttpSettings Settings { get; }

    /// <summary>Where pages for kept bodies come from.</summary>
    public PageRoom Pages { get; } = new();

    /// <summary>Where relative URLs go.</summary>
    public HttpOrigin? Base { get; }

    /// <summary>Path and query of <c>--url</c>: what an empty URL stands for.</summary>
    public string BaseTarget { get; } = "/";

    /// <summary>The path of <c>--url</c> without its last slash: what is put before relative paths.</summary>
    public byte[] PathPrefix { get; } = [];

    /// <summary>The one object for a scheme, host and port.</summary>
    /// <exception cref="InvalidOperationException">Over 1,024 of them.</exception>
    public HttpOrigin OriginOf(Uri url)
    {
        var key = (url.Scheme, url.IdnHost, url.Port);
        lock (gate)
        {
            if (origins.TryGetValue(key, out var known)) return known;
            if (origins.Count == MaxOrigins)
            {
                throw new InvalidOperationException($"The load file talks to more than {MaxOrigins} hosts.");
            }

            var origin = new HttpOrigin(url, url.Scheme == Uri.UriSchemeHttps
                ? new TlsTarget(tls.Value, url.IdnHost.Trim('[', ']')) : null, Settings);
            origins.Add(key, origin);
            return origin;
        }
    }

    /// <exception cref="InvalidOperationException">There is no OpenSSL, or a file that the command line was checked
    /// with has changed.</exception>
    TlsContext CreateTls() => TlsContext.TryCreate(
        Settings.Tls, out var problems) ?? throw new InvalidOperationException(string.Join(' ', problems));
}
