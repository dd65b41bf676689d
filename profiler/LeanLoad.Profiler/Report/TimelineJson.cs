using System.Globalization;
using System.Text.Json;
using LeanLoad.Diagnostics;

namespace LeanLoad.Profiler.Report;

/// <summary>
/// Memory and users over time, as columns: a tenth of the size of a row for each second, and what plotting programs
/// want.
/// </summary>
static class TimelineJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Tick> ticks)
    {
        json.WriteStartObject("timeline");
        Column(json, "atMs", ticks, static tick => (long)tick.At.TotalMilliseconds);
        Column(json, "usersAdmitted", ticks, static tick => tick.UsersAdmitted);
        Column(json, "usersRunning", ticks, static tick => tick.UsersRunning);
        Column(json, "requests", ticks, static tick => tick.Requests);
        Column(json, "failures", ticks, static tick => tick.Failures);
        Column(json, "inFlight", ticks, static tick => tick.InFlight);
        Column(json, "unreclaimableBytes", ticks, static tick => tick.Memory.Unreclaimable.Count);
        Column(json, "anonymousBytes", ticks, static tick => tick.Memory.Anonymous.Count);
        Column(json, "kernelBytes", ticks, static tick => tick.Memory.Kernel?.Count);
        Column(json, "socketBytes", ticks, static tick => tick.Memory.Sockets?.Count);
        Column(json, "residentBytes", ticks, static tick => tick.Memory.Resident.Count);
        Column(json, "liveBytes", ticks, static tick => tick.Memory.Live.Count);
        Column(json, "committedBytes", ticks, static tick => tick.Memory.Committed.Count);
        Column(json, "allocatedBytes", ticks, static tick => tick.Memory.Allocated.Count);
        Column(json, "limitBytes", ticks, static tick => tick.Memory.Limit?.Count);
        json.WriteEndObject();
    }

    // A column is one line, also in an indented document: a line for each figure would be 60,000 of them.
    static void Column(Utf8JsonWriter json, string name, IReadOnlyList<Tick> ticks, Func<Tick, long?> cell)
    {
        var cells = ticks.Select(tick => cell(tick)?.ToString(CultureInfo.InvariantCulture) ?? "null");
        json.WritePropertyName(name);
        json.WriteRawValue($"[{string.Join(", ", cells)}]");
    }
}
