using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace LeanLoad.Cli;

/// <summary>Where log lines go: standard error, so that standard output is the summary's alone.</summary>
static class Logging
{
    public static Logger Create(LogFormat format)
    {
        var configuration = new LoggerConfiguration();
        var isJson = format == LogFormat.Json
            || (format == LogFormat.Auto && Console.IsErrorRedirected && IsInContainer());
        return isJson
            ? configuration.WriteTo.Console(new CompactJsonFormatter(), standardErrorFromLevel: LogEventLevel.Verbose)
                .CreateLogger()
            : configuration.WriteTo.Console(
                outputTemplate: "{Timestamp:HH:mm:ss} {Message:l}{NewLine}{Exception}",
                formatProvider: System.Globalization.CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose).CreateLogger();
    }

    static bool IsInContainer() =>
        Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is not null
        || Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") == "true"
        || File.Exists("/.dockerenv") || File.Exists("/run/.containerenv");
}
