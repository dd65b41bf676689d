using System.CommandLine;
using System.Net;
using LeanLoad.Profiler.Metrics;

namespace LeanLoad.Profiler.Cli;

/// <summary>The two options that say where metrics go.</summary>
sealed class MetricsOption
{
    readonly Option<IPEndPoint?> prometheus = new("--prometheus")
    {
        Description = "While the run lasts, Prometheus may ask for its metrics at /metrics: 9464 on this machine "
            + "alone, :9464 from anywhere, or ADDRESS:9464.",
        HelpName = "port",
        CustomParser = static result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            if (MetricsOptions.TryParseAddress(text, out var address)) return address;
            result.AddError($"--prometheus \"{text}\" is no address to listen at; write 9464, :9464 or "
                + "127.0.0.1:9464.");
            return null;
        },
    };

    readonly Option<Uri?> otlp = new("--otlp")
    {
        Description = "Sends the metrics to this OpenTelemetry collector, as OTLP over HTTP, each five seconds and at "
            + "the end: http://localhost:4318. OTEL_EXPORTER_OTLP_HEADERS is heeded.",
        HelpName = "url",
        CustomParser = static result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            if (MetricsOptions.TryParseCollector(text, out var collector)) return collector;
            result.AddError($"--otlp \"{text}\" is no http or https address; write http://localhost:4318.");
            return null;
        },
    };

    public void AddTo(Command command)
    {
        command.Options.Add(prometheus);
        command.Options.Add(otlp);
    }

    public MetricsOptions Of(ParseResult parsed) => new(parsed.GetValue(prometheus), parsed.GetValue(otlp));
}
