using LeanLoad.Report;

namespace LeanLoad.Exports;

/// <summary>
/// One line a second as <c>PREFIX_history.csv</c>, written while the run goes on: nothing of it stays in memory, and a
/// kill loses one second.
/// </summary>
sealed class CsvHistory
{
    readonly Csv csv;
    readonly TextWriter output;

    public CsvHistory(TextWriter output)
    {
        this.output = output;
        csv = new Csv(output);
        csv.Line("elapsed_ms", "interval_ms", "epoch", "users", "requests", "failures", "requests_per_second",
            "in_flight", "iterations_planned", "iterations_done",
            "iterations_failed", "iterations_late", "iterations_dropped", "response_mean_us", "response_p50_us",
            "response_p95_us", "response_p99_us",
            "response_max_us", "service_p50_us", "service_p99_us");
    }

    /// <summary>Adds a second: requests and times are of it alone, iterations since the start.</summary>
    public void Add(in RunSecond second)
    {
        var (response, service) = (Times.Of(second.Requests.Response), Times.Of(second.Requests.Service));
        var length = second.Ended - second.Began;
        csv.Add(second.Ended.TotalMilliseconds).Add(length.TotalMilliseconds).Add(second.Epoch).Add(second.Users)
            .Add(second.Requests.Requests).Add(second.Requests.Failures)
            .Add(length > TimeSpan.Zero ? second.Requests.Requests / length.TotalSeconds : 0).Add(second.InFlight)
            .Add(second.Books.Planned).Add(second.Books.Done).Add(second.Books.Failed).Add(second.Books.Late)
                .Add(second.Books.Dropped);
        if (response is { } known) csv.Add(known.MeanUs, 1);
        else csv.Add("");
        csv.Add(response?.P50Us).Add(response?.P95Us).Add(response?.P99Us).Add(response?.MaxUs).Add(service?.P50Us)
            .Add(service?.P99Us).End();
        output.Flush();
    }
}
