using System.Globalization;
using LeanLoad.Report;
using LeanLoad.Stats;

namespace LeanLoad.Exports;

/// <summary>
/// An HdrHistogram log, version 1.3, written while the run goes on: a line each second for response times (tag
/// <c>response</c>) and one for service times (tag <c>service</c>), in microseconds.
/// </summary>
sealed class HdrLog
{
    readonly TextWriter output;

    public HdrLog(TextWriter output, DateTimeOffset startedAt)
    {
        this.output = output;
        output.NewLine = "\n";
        output.WriteLine("#[Histogram log format version 1.3]");
        output.WriteLine("#[Times in microseconds; written by LeanLoad]");
        var seconds = (startedAt.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
        output.WriteLine($"#[StartTime: {seconds} (seconds since epoch), {startedAt.UtcDateTime:R}]");
        output.WriteLine("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"");
    }

    /// <summary>Adds a second.</summary>
    public void Add(in RunSecond second)
    {
        Line("response", second, second.Requests.Response);
        Line("service", second, second.Requests.Service);
        output.Flush();
    }

    void Line(string tag, in RunSecond second, LatencyHistogram times) =>
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Tag={tag},{second.Began.TotalSeconds:0.000},{(second.Ended - second.Began).TotalSeconds:0.000},"
            + $"{times.MaxUs:0.000},{HdrEncoding.Encode(times)}"));
}
