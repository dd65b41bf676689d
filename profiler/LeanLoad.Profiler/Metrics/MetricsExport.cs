using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace LeanLoad.Profiler.Metrics;

/// <summary>
/// A run's metrics on their way out: a page that Prometheus scrapes while the run lasts, and an OTLP collector that is
/// told each five seconds and once more at the end. The agent knows nothing of it.
/// </summary>
sealed class MetricsExport : IAsyncDisposable
{
    const int PushEveryMs = 5000, LastPushMs = 10_000;

    /// <summary>Seconds, from half a millisecond to a minute, three for each power of ten.</summary>
    static readonly double[] Bounds =
        [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60];

    readonly RunMeter meter = new();
    readonly MeterProvider provider;
    readonly Uri? collector;
    WebApplication? page;

    MetricsExport(MetricsOptions options)
    {
        collector = options.Otlp;
        var builder = Sdk.CreateMeterProviderBuilder().AddMeter(RunMeter.Name)
            .ConfigureResource(static resource => resource.AddService("leanload"))
            .AddView(static instrument => instrument.Unit == "s"
                ? new ExplicitBucketHistogramConfiguration { Boundaries = Bounds } : null);
        if (options.Prometheus is not null) builder.AddPrometheusExporter();
        if (options.Otlp is { } otlp)
        {
            builder.AddOtlpExporter((exporter, reader) =>
            {
                (exporter.Endpoint, exporter.Protocol) = (otlp, OtlpExportProtocol.HttpProtobuf);
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = PushEveryMs;
            });
        }

        provider = builder.Build();
    }

    /// <summary>Starts what is asked for; null where that is nothing.</summary>
    /// <exception cref="IOException">The address can't be listened at.</exception>
    public static async Task<MetricsExport?> StartAsync(MetricsOptions options, CancellationToken cancel)
    {
        if (options == MetricsOptions.None) return null;
        var export = new MetricsExport(options);
        if (options.Prometheus is not { } address) return export;
        // Empty: no configuration of the directory, and no log on the console, where the report belongs.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Listen(address);
        });
        builder.Services.AddOptions();
        builder.Services.AddSingleton<IHostLifetime, HostedByUs>();
        export.page = builder.Build();
        export.page.UseOpenTelemetryPrometheusScrapingEndpoint(export.provider, null, "/metrics", null, null);
        try
        {
            await export.page.StartAsync(cancel);
            return export;
        }
        catch (Exception failure)
        {
            await export.DisposeAsync();
            if (failure is not (IOException or System.Net.Sockets.SocketException)) throw;
            throw new IOException(
                $"--prometheus \"{address}\" can't be listened at: {failure.Message} Choose another port.", failure);
        }
    }

    /// <summary>Takes one record of the agent.</summary>
    public void Accept(ReadOnlySpan<byte> record) => meter.Accept(record);

    /// <summary>Sends the last figures; says what did not arrive, null where all did.</summary>
    public string? Finish() => provider.ForceFlush(LastPushMs) || collector is null ? null
        : $"--otlp {collector} did not take the last metrics: is a collector there that speaks OTLP over HTTP? "
            + "The report has them.";

    public async ValueTask DisposeAsync()
    {
        if (page is not null) await page.DisposeAsync();
        provider.Dispose();
        meter.Dispose();
    }

    /// <summary>Ctrl-C belongs to the command; the default lifetime would take it.</summary>
    sealed class HostedByUs : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
