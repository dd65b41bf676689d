using System.Buffers;
using System.Globalization;
using System.Text.Json;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;

namespace LeanLoad.Report;

/// <summary>
/// A run as JSON. Names are camelCase and end in their unit: <c>Us</c> microseconds, <c>Ms</c> milliseconds,
/// <c>Bytes</c>, <c>PerSecond</c>; those without one are counts or text. Unknown is <c>null</c>. <c>schema</c> is
/// raised when a name changes its meaning or goes.
/// </summary>
static class JsonSummary
{
    /// <summary>The schema's version.</summary>
    public const int Schema = 1;

    static readonly JsonWriterOptions Format = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes the run.</summary>
    public static void Write(IBufferWriter<byte> output, RunResult run)
    {
        using var json = new Utf8JsonWriter(output, Format);
        Write(json, run);
    }

    /// <summary>Writes the run.</summary>
    public static void Write(Stream output, RunResult run)
    {
        using var json = new Utf8JsonWriter(output, Format);
        Write(json, run);
    }

    static void Write(Utf8JsonWriter json, RunResult run)
    {
        json.WriteStartObject();
        json.WriteNumber("schema", Schema);
        json.WriteString("headline", run.Headline);
        json.WriteString("verdict", run.Verdict);
        json.WriteNumber("exitCode", run.ExitCode);
        json.WriteString("scenario", run.Scenario);
        json.WriteString("agentVersion", run.AgentVersion);
        json.WriteString("startedAt",
            run.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("elapsedMs", Ms(run.Elapsed));
        json.WriteNumber("loadTimeMs", Ms(run.LoadTime));
        Phases(json, run.Phases);
        json.WriteStartObject("users");
        json.WriteNumber("planned", run.Users.Planned);
        json.WriteNumber("started", run.Users.Started);
        json.WriteNumber("failed", run.Users.Failed);
        json.WriteEndObject();
        Requests(json, run.Requests);
        Connections(json, run.Connections);
        Iterations(json, run.Iterations);
        LoadJson.Write(json, run);
        Memory(json, run.Memory);
        Ledger(json, run.Ledger);
        Warnings(json, run.Warnings);
        json.WriteStartObject("options");
        foreach (var (name, value) in run.Options) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Phases(Utf8JsonWriter json, IReadOnlyList<PhaseRow> phases)
    {
        json.WriteStartArray("phases");
        foreach (var (phase, at, duration) in phases)
        {
            json.WriteStartObject();
            json.WriteString("phase", Word(phase));
            json.WriteNumber("atMs", Ms(at));
            json.WriteNumber("durationMs", Ms(duration));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Requests(Utf8JsonWriter json, RequestSummary requests)
    {
        json.WriteStartObject("requests");
        json.WritePropertyName("all");
        Request(json, requests.All);
        json.WriteStartArray("byName");
        foreach (var row in requests.Rows) Request(json, row);
        json.WriteEndArray();
        json.WriteStartArray("failures");
        foreach (var (name, failure, count, example, first, last) in requests.Failures)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("kind", Word(failure));
            json.WriteNumber("count", count);
            json.WriteString("example", example);
            json.WriteNumber("firstAtMs", Ms(first));
            json.WriteNumber("lastAtMs", Ms(last));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Request(Utf8JsonWriter json, RequestRow row)
    {
        json.WriteStartObject();
        json.WriteString("name", row.Name);
        json.WriteNumber("requests", row.Requests);
        json.WriteNumber("failures", row.Failures);
        json.WriteNumber("cut", row.Cut);
        json.WriteNumber("requestsPerSecond", Math.Round(row.PerSecond, 3));
        json.WriteNumber("receivedBytes", row.BytesReceived.Count);
        Times(json, "responseTimeUs", row.Response);
        Times(json, "serviceTimeUs", row.Service);
        Times(json, "firstByteTimeUs", row.FirstByte);
        json.WriteEndObject();
    }

    static void Connections(Utf8JsonWriter json, ConnectionSummary? connections)
    {
        if (connections is not { } known)
        {
            json.WriteNull("connections");
            return;
        }

        json.WriteStartObject("connections");
        json.WriteNumber("opened", known.Opened);
        json.WriteNumber("reuses", known.Reuses);
        Times(json, "resolveTimeUs", known.Resolve);
        Times(json, "connectTimeUs", known.Connect);
        Times(json, "fullHandshakeTimeUs", known.FullHandshake);
        Times(json, "resumedHandshakeTimeUs", known.ResumedHandshake);
        Times(json, "waitTimeUs", known.Wait);
        json.WriteEndObject();
    }

    static void Iterations(Utf8JsonWriter json, IReadOnlyList<IterationRow> iterations)
    {
        json.WriteStartArray("iterations");
        foreach (var (task, count, failures, time) in iterations)
        {
            json.WriteStartObject();
            json.WriteString("task", task);
            json.WriteNumber("iterations", count);
            json.WriteNumber("failures", failures);
            Times(json, "timeUs", time);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void Times(Utf8JsonWriter json, string name, Times? times)
    {
        if (times is not { } known)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("count", known.Count);
        json.WriteNumber("mean", Math.Round(known.MeanUs, 1));
        json.WriteNumber("p50", known.P50Us);
        json.WriteNumber("p90", known.P90Us);
        json.WriteNumber("p95", known.P95Us);
        json.WriteNumber("p99", known.P99Us);
        json.WriteNumber("p99.9", known.P999Us);
        json.WriteNumber("max", known.MaxUs);
        json.WriteNumber("clamped", known.Clamped);
        json.WriteEndObject();
    }

    static void Memory(Utf8JsonWriter json, MemoryResult memory)
    {
        json.WriteStartObject("memory");
        Amount(json, "budgetBytes", memory.Budget);
        json.WriteString("budgetSource", memory.BudgetSource);
        Amount(json, "limitBytes", memory.Limit);
        Amount(json, "peakUnreclaimableBytes", memory.PeakUnreclaimable);
        json.WriteBoolean("isEstimate", memory.IsEstimate);
        json.WriteNumber("usersAtPeak", memory.UsersAtPeak);
        Reading(json, "atPeak", memory.AtPeak);
        Reading(json, "bootstrapping", memory.Bootstrapping);
        Projection(json, memory.Projection);
        Model(json, memory);
        json.WriteStartArray("plateaus");
        foreach (var (users, at, reading) in memory.Plateaus)
        {
            json.WriteStartObject();
            json.WriteNumber("users", users);
            json.WriteNumber("atMs", Ms(at));
            Amount(json, "unreclaimableBytes", reading.Unreclaimable);
            Amount(json, "anonymousBytes", reading.Anonymous);
            Amount(json, "kernelBytes", reading.Kernel);
            Amount(json, "liveBytes", reading.Live);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Reading(Utf8JsonWriter json, string name, MemoryMoment? known)
    {
        if (known is not { } moment)
        {
            json.WriteNull(name);
            return;
        }

        var (reading, detail, _) = moment;
        json.WriteStartObject(name);
        Amount(json, "unreclaimableBytes", reading.Unreclaimable);
        Amount(json, "chargedBytes", reading.Charged);
        Amount(json, "anonymousBytes", reading.Anonymous);
        Amount(json, "kernelBytes", reading.Kernel);
        Amount(json, "socketBytes", reading.Sockets);
        Amount(json, "residentBytes", reading.Resident);
        Amount(json, "proportionalBytes", detail.Proportional);
        Amount(json, "liveBytes", reading.Live);
        Amount(json, "committedBytes", reading.Committed);
        Amount(json, "fragmentedBytes", detail.Fragmented);
        Amount(json, "gen0BudgetBytes", detail.Gen0Budget);
        Amount(json, "watcherBufferBytes", detail.WatcherBuffer);
        Amount(json, "bootstrapChildBytes", detail.Child);
        if (detail.Stalled is { } stalled) json.WriteNumber("stalledMs", Ms(stalled));
        else json.WriteNull("stalledMs");
        json.WriteEndObject();
    }

    /// <summary>The peak as a sum, a line for each owner; and the model held against what was measured.</summary>
    static void Model(Utf8JsonWriter json, MemoryResult memory)
    {
        json.WriteStartArray("model");
        foreach (var line in memory.Lines)
        {
            json.WriteStartObject();
            json.WriteString("owner", line.Owner);
            Amount(json, "bytes", line.Amount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (memory.Books is not { } books) return;
        json.WriteStartObject("books");
        json.WriteNumber("knownFromUsers", books.From);
        json.WriteNumber("users", books.Users);
        Amount(json, "expectedBytes", books.Expected);
        Amount(json, "measuredBytes", books.Measured);
        json.WriteStartArray("lines");
        foreach (var line in books.Lines)
        {
            json.WriteStartObject();
            json.WriteString("owner", line.Owner);
            Amount(json, "expectedBytes", line.Expected);
            Amount(json, "measuredBytes", line.Measured);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Projection(Utf8JsonWriter json, Projected? projection)
    {
        if (projection is not { } known)
        {
            json.WriteNull("projection");
            return;
        }

        json.WriteStartObject("projection");
        json.WriteNumber("atMs", Ms(known.At));
        json.WriteNumber("plannedUsers", known.PlannedUsers);
        Amount(json, "expectedBytes", known.Expected);
        Amount(json, "lowerBytes", known.Lower);
        Amount(json, "upperBytes", known.Upper);
        if (known.UsersThatFit is { } fit) json.WriteNumber("usersThatFit", fit);
        else json.WriteNull("usersThatFit");
        json.WriteEndObject();
    }

    static void Ledger(Utf8JsonWriter json, IReadOnlyList<LedgerRow> ledger)
    {
        json.WriteStartArray("ledger");
        foreach (var row in ledger)
        {
            json.WriteStartObject();
            json.WriteString("scope", row.Scope.Name);
            json.WriteString("kind", Word(row.Scope.Kind));
            Amount(json, "allocatedBytes", row.Allocated);
            json.WriteNumber("entries", row.Entries);
            Amount(json, "allocatedPerEntryBytes", row.PerEntry);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Warnings(Utf8JsonWriter json, IReadOnlyList<Warning> warnings)
    {
        json.WriteStartArray("warnings");
        foreach (var (at, code, text) in warnings)
        {
            json.WriteStartObject();
            json.WriteNumber("atMs", Ms(at));
            json.WriteString("code", code);
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Amount(Utf8JsonWriter json, string name, Bytes? amount)
    {
        if (amount is { } known) json.WriteNumber(name, known.Count);
        else json.WriteNull(name);
    }

    internal static double Ms(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    // Names of enumerations as other programs know them: userStart, not UserStart.
    static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
