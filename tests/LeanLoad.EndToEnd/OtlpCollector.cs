using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;

namespace LeanLoad.EndToEnd;

/// <summary>
/// An OpenTelemetry collector that takes metrics over HTTP and decodes them with Google's protobuf reader, by the field
/// numbers of opentelemetry/proto/collector/metrics/v1 and opentelemetry/proto/metrics/v1 (OTLP 1.x).
/// </summary>
sealed class OtlpCollector : IAsyncDisposable
{
    readonly WebApplication app;
    readonly Lock gate = new();
    readonly Dictionary<(string Metric, string Attributes), double> points = [];

    OtlpCollector(WebApplication app) => this.app = app;

    public string Url => ((Microsoft.AspNetCore.Hosting.Server.IServer)app.Services.GetService(
        typeof(Microsoft.AspNetCore.Hosting.Server.IServer))!).Features.Get<IServerAddressesFeature>()!.Addresses
        .First();

    /// <summary>
    /// The latest value of each series, by metric and attributes (<c>name=…,kind=…</c>); of a histogram, its count.
    /// </summary>
    public IReadOnlyDictionary<(string Metric, string Attributes), double> Points
    {
        get { lock (gate) return points.ToDictionary(); }
    }

    /// <summary>Where each was sent to.</summary>
    public string? Path { get; private set; }

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore()
            .ConfigureKestrel(static server => server.Listen(System.Net.IPAddress.Loopback, 0));
        var collector = new OtlpCollector(builder.Build());
        collector.app.Run(collector.TakeAsync);
        await collector.app.StartAsync();
        return collector;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    async Task TakeAsync(HttpContext context)
    {
        Path = context.Request.Path;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        // ExportMetricsServiceRequest: resource_metrics = 1; ResourceMetrics: scope_metrics = 2; ScopeMetrics:
        // metrics = 2.
        foreach (var resource in Fields(body.ToArray(), 1))
        {
            foreach (var metric in Fields(resource, 2).SelectMany(static scope => Fields(scope, 2))) Take(metric);
        }

        context.Response.ContentType = "application/x-protobuf";
    }

    /// <summary>Metric: name = 1; gauge = 5, sum = 7, histogram = 9, each with data_points = 1.</summary>
    void Take(byte[] metric)
    {
        var name = System.Text.Encoding.UTF8.GetString(Fields(metric, 1).Single());
        foreach (var kind in new[] { 5, 7, 9 })
        {
            foreach (var point in Fields(metric, kind).SelectMany(static data => Fields(data, 1)))
            {
                // NumberDataPoint: attributes = 7, as_int = 6; HistogramDataPoint: attributes = 9, count = 4.
                var attributes = Fields(point, kind == 9 ? 9 : 7).Select(static pair =>
                    $"{Text(pair, 1)}={Text(Fields(pair, 2).Single(), 1)}").Order();
                lock (gate) points[(name, string.Join(',', attributes))] = Number(point, kind == 9 ? 4 : 6);
            }
        }
    }

    static string Text(byte[] message, int field) =>
        System.Text.Encoding.UTF8.GetString(Fields(message, field).Single());

    /// <summary>The fixed64 of a field.</summary>
    static double Number(byte[] message, int field)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field) return (long)input.ReadFixed64();
            input.SkipLastField();
        }

        return double.NaN;
    }

    /// <summary>The length-delimited fields of a number.</summary>
    static IEnumerable<byte[]> Fields(byte[] message, int field)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field) yield return input.ReadBytes().ToByteArray();
            else input.SkipLastField();
        }
    }
}
