using System.Text.Json;
using LeanLoad.Stats;

namespace LeanLoad.Report;

/// <summary>
/// The part of <see cref="JsonSummary"/> about the load itself: what became of it, when, and whether the generator kept
/// up.
/// </summary>
static class LoadJson
{
    /// <summary>
    /// Writes the properties <c>books</c>, <c>scenarios</c> where several ran side by side, <c>windows</c>,
    /// <c>generator</c>, <c>thresholds</c> and <c>explanation</c>.
    /// </summary>
    public static void Write(Utf8JsonWriter json, RunResult run)
    {
        Books(json, "books", run.Books);
        if (run.Scenarios.Count > 0) Scenarios(json, run.Scenarios);
        Windows(json, run.Windows);
        Generator(json, run);
        json.WriteStartArray("thresholds");
        foreach (var (text, hasFailed, actual) in run.Thresholds)
        {
            json.WriteStartObject();
            json.WriteString("failIf", text);
            json.WriteBoolean("failed", hasFailed);
            json.WriteString("actual", actual);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("explanation");
        foreach (var sentence in run.Explanation) json.WriteStringValue(sentence);
        json.WriteEndArray();
    }

    /// <summary>Writes books as an object; null where nobody kept any.</summary>
    public static void Books(Utf8JsonWriter json, string name, Books? kept)
    {
        if (kept is not { } books)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("planned", books.Planned);
        json.WriteNumber("done", books.Done);
        json.WriteNumber("failed", books.Failed);
        json.WriteNumber("late", books.Late);
        json.WriteNumber("dropped", books.Dropped);
        json.WriteNumber("cut", books.Cut);
        json.WriteNumber("inFlight", books.InFlight);
        json.WriteEndObject();
    }

    static void Scenarios(Utf8JsonWriter json, IReadOnlyList<ScenarioRow> scenarios)
    {
        json.WriteStartArray("scenarios");
        foreach (var row in scenarios)
        {
            json.WriteStartObject();
            json.WriteString("scenario", row.Defined.Name);
            json.WriteString("model", row.Model);
            json.WriteNumber("users", row.Defined.Users);
            if (row.MostUsers is { } most) json.WriteNumber("mostUsers", most);
            else json.WriteNull("mostUsers");
            json.WriteNumber("afterMs", JsonSummary.Ms(row.Defined.After));
            if (row.Defined.Duration is { } duration) json.WriteNumber("durationMs", JsonSummary.Ms(duration));
            else json.WriteNull("durationMs");
            json.WriteNumber("iterationsPerSecond", Math.Round(row.PerSecond, 3));
            Books(json, "books", row.Books);
            JsonSummary.Times(json, "iterationTimeUs", row.Time);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Windows(Utf8JsonWriter json, IReadOnlyList<WindowRow> windows)
    {
        json.WriteStartArray("windows");
        foreach (var row in windows)
        {
            var summed = row.Summed;
            json.WriteStartObject();
            json.WriteString("window", row.Name);
            json.WriteNumber("epoch", summed.Epoch);
            json.WriteBoolean("isMeasured", row.IsMeasured);
            json.WriteNumber("atMs", JsonSummary.Ms(summed.Began));
            json.WriteNumber("durationMs", JsonSummary.Ms(row.Duration));
            json.WriteNumber("meanUsers", Math.Round(summed.MeanUsers, 3));
            json.WriteNumber("requests", summed.Requests);
            json.WriteNumber("failures", summed.Failures);
            json.WriteNumber("requestsPerSecond", Math.Round(row.PerSecond, 3));
            json.WriteNumber("iterations", summed.Iterations);
            json.WriteNumber("iterationTimeMs", JsonSummary.Ms(summed.IterationTime));
            json.WriteNumber("pauseTimeMs", JsonSummary.Ms(summed.PauseTime));
            JsonSummary.Times(json, "responseTimeUs", row.Response);
            JsonSummary.Times(json, "serviceTimeUs", row.Service);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Generator(Utf8JsonWriter json, RunResult run)
    {
        if (run.Generator is not { } generator)
        {
            json.WriteNull("generator");
            return;
        }

        json.WriteStartObject("generator");
        JsonSummary.Times(json, "slipUs", Report.Times.Of(generator.Slip));
        JsonSummary.Times(json, "turnUs", Report.Times.Of(generator.Turns));
        json.WriteNumber("loadMs", JsonSummary.Ms(generator.Load));
        json.WriteNumber("cpuMs", JsonSummary.Ms(generator.Cpu));
        json.WriteNumber("busiestLoopMs", JsonSummary.Ms(generator.BusiestLoop));
        if (generator.Throttled is { } throttled) json.WriteNumber("throttledMs", JsonSummary.Ms(throttled));
        else json.WriteNull("throttledMs");
        json.WriteEndObject();
    }
}
