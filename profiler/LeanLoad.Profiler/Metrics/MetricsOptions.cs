using System.Globalization;
using System.Net;

namespace LeanLoad.Profiler.Metrics;

/// <summary>Where a run's metrics go while it lasts.</summary>
/// <param name="Prometheus">Where Prometheus may ask for them, at <c>/metrics</c>; null: nowhere.</param>
/// <param name="Otlp">Where they are sent to, as OTLP over HTTP; null: nowhere.</param>
sealed record MetricsOptions(IPEndPoint? Prometheus, Uri? Otlp)
{
    const string OtlpPath = "/v1/metrics";

    public static MetricsOptions None { get; } = new(null, null);

    /// <summary><c>9464</c> for this machine alone, <c>:9464</c> for all, <c>10.0.0.1:9464</c> for one
    /// address.</summary>
    public static bool TryParseAddress(string text, out IPEndPoint? address)
    {
        address = null;
        if (text.StartsWith(':')) text = $"0.0.0.0{text}";
        else if (!text.Contains(':', StringComparison.Ordinal)) text = $"127.0.0.1:{text}";
        var colon = text.LastIndexOf(':');
        // Without a port, an IPv6 address would lend its last part.
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0 || !IPEndPoint.TryParse(text, out var parsed) || parsed.Port != port)
        {
            return false;
        }

        address = parsed;
        return true;
    }

    /// <summary>A base address gets the path that OTLP has for metrics; one with a path is taken as it is.</summary>
    public static bool TryParseCollector(string text, out Uri? collector)
    {
        collector = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var parsed)
            || (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps))
        {
            return false;
        }

        collector = parsed.AbsolutePath == "/" ? new Uri(parsed, OtlpPath) : parsed;
        return true;
    }
}
