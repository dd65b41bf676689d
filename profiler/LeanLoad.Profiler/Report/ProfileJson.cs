using System.Buffers;
using System.Text.Json;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Attribution;
using LeanLoad.Profiler.Verdicts;
using LeanLoad.Report;

namespace LeanLoad.Profiler.Report;

/// <summary>
/// The profile as JSON: <c>run</c> is the agent's own summary, by <see cref="JsonSummary"/>; <c>profile</c> is what
/// only the observer knows. Names are camelCase and end in their unit: <c>Ms</c>, <c>Us</c>, <c>Bytes</c>; those
/// without one are counts, text, or <c>share</c>, 0 to 1. Unknown is <c>null</c>, never 0. <c>schema</c> is raised when
/// a name changes its meaning or goes; new names may come at any time.
/// <list type="bullet">
/// <item><c>judgement</c>: <c>fit</c> (unknown, fits, close, over), the sentences <c>what why do types</c>,
/// <c>usersThatFit</c>, the <c>culprit</c>, and the <c>leak</c>: null where none was found in
/// <c>watchedForLeaksMs</c>, the longest time with the same users.</item>
/// <item><c>projection</c>: the peak for <c>plannedUsers</c>, its 95 % interval, and <c>lines</c> that add up to
/// <c>expectedBytes</c>.</item>
/// <item><c>projections</c>: the same figures as the agent had them while it ran.</item>
/// <item><c>attribution</c>: the ledger's exact bytes by scope; beside them the samples' estimate ±
/// <c>halfWidthBytes</c> and the types.</item>
/// <item><c>timeline</c>: columns of one length; <c>plateaus</c> are in <c>run.memory</c>.</item>
/// </list>
/// </summary>
static class ProfileJson
{
    /// <summary>The schema's version.</summary>
    public const int Schema = 1;

    static readonly JsonWriterOptions Format = new() { Indented = true, NewLine = "\n" };

    public static void Write(Stream output, ProfileResult result)
    {
        using var json = new Utf8JsonWriter(output, Format);
        json.WriteStartObject();
        json.WriteNumber("schema", Schema);
        json.WriteNumber("exitCode", result.ExitCode);
        var run = new ArrayBufferWriter<byte>();
        JsonSummary.Write(run, result.Run);
        json.WritePropertyName("run");
        // Read and written again, for the indentation of this document.
        using (var parsed = JsonDocument.Parse(run.WrittenMemory)) parsed.RootElement.WriteTo(json);
        json.WriteStartObject("profile");
        Judgement(json, result.Judgement);
        Projection(json, result.Judgement.Projection);
        Projections(json, result.Projections);
        Attribution(json, result.Attribution);
        Surroundings(json, result);
        TimelineJson.Write(json, result.Timeline);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Judgement(Utf8JsonWriter json, Judgement judgement)
    {
        var verdict = judgement.Verdict;
        json.WriteStartObject("judgement");
        json.WriteString("fit", Word(verdict.Fit));
        json.WriteString("what", verdict.What);
        json.WriteString("why", verdict.Why);
        json.WriteString("do", verdict.Do);
        json.WriteString("types", judgement.Types);
        Count(json, "usersThatFit", verdict.UsersThatFit);
        if (verdict.Culprit is { } culprit)
        {
            json.WriteStartObject("culprit");
            json.WriteString("scope", culprit.Scope.Name);
            json.WriteString("kind", Word(culprit.Scope.Kind));
            json.WriteNumber("keptPerUserBytes", culprit.KeptPerUser.Count);
            json.WriteNumber("allocatedPerUserBytes", culprit.AllocatedPerUser.Count);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("culprit");
        }

        json.WriteNumber("watchedForLeaksMs", Ms(judgement.WatchedForLeaks));
        Leak(json, judgement.Leak);
        json.WriteEndObject();
    }

    static void Leak(Utf8JsonWriter json, LeakFinding? finding)
    {
        if (finding is null)
        {
            json.WriteNull("leak");
            return;
        }

        var growth = finding.Growth;
        json.WriteStartObject("leak");
        json.WriteString("text", finding.ToString());
        json.WriteNumber("users", growth.Users);
        json.WriteNumber("sinceMs", Ms(growth.Since));
        json.WriteNumber("untilMs", Ms(growth.Until));
        json.WriteNumber("bytesPerSecond", Math.Round(growth.Leak.Typical, 1));
        json.WriteNumber("lowerBytesPerSecond", Math.Round(growth.Leak.Lower, 1));
        json.WriteNumber("upperBytesPerSecond", Math.Round(growth.Leak.Upper, 1));
        json.WriteNumber("addedBytes", growth.Added.Count);
        json.WriteNumber("addedManagedBytes", growth.Managed.Count);
        json.WriteNumber("keptAtEndBytes", growth.Kept.Count);
        if (finding.FillsIn is { } time) json.WriteNumber("budgetMetInMs", Ms(time));
        else json.WriteNull("budgetMetInMs");
        json.WriteString("allocatedMost", finding.Owner?.Name);
        Amount(json, "allocatedMostBytes", finding.Owner is null ? null : finding.OwnersShare);
        json.WriteEndObject();
    }

    static void Projection(Utf8JsonWriter json, Projection? projection)
    {
        if (projection is null)
        {
            json.WriteNull("projection");
            return;
        }

        json.WriteStartObject("projection");
        json.WriteNumber("plannedUsers", projection.Planned);
        json.WriteNumber("expectedBytes", projection.Expected.Count);
        json.WriteNumber("lowerBytes", projection.Lower.Count);
        json.WriteNumber("upperBytes", projection.Upper.Count);
        json.WriteStartObject("perUser");
        json.WriteNumber("managedBytes", projection.PerUser.AsCharged.Managed.Count);
        json.WriteNumber("nativeBytes", projection.PerUser.AsCharged.Native.Count);
        Amount(json, "kernelBytes", projection.PerUser.Kernel);
        json.WriteEndObject();
        json.WriteStartArray("lines");
        foreach (var (owner, amount) in projection.Lines)
        {
            json.WriteStartObject();
            json.WriteString("owner", owner);
            json.WriteNumber("bytes", amount.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Projections(Utf8JsonWriter json, IReadOnlyList<Projected> projections)
    {
        json.WriteStartArray("projections");
        foreach (var (at, planned, expected, lower, upper, fit) in projections)
        {
            json.WriteStartObject();
            json.WriteNumber("atMs", Ms(at));
            json.WriteNumber("plannedUsers", planned);
            json.WriteNumber("expectedBytes", expected.Count);
            json.WriteNumber("lowerBytes", lower.Count);
            json.WriteNumber("upperBytes", upper.Count);
            Count(json, "usersThatFit", fit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Attribution(Utf8JsonWriter json, IReadOnlyList<Attributed> attribution)
    {
        json.WriteStartArray("attribution");
        foreach (var line in attribution)
        {
            json.WriteStartObject();
            json.WriteString("scope", line.Row.Scope.Name);
            json.WriteString("kind", Word(line.Row.Scope.Kind));
            json.WriteNumber("allocatedBytes", line.Row.Allocated.Count);
            json.WriteNumber("share", Math.Round(line.Share, 6));
            json.WriteNumber("entries", line.Row.Entries);
            Amount(json, "allocatedPerEntryBytes", line.Row.PerEntry);
            Sampled(json, line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Sampled(Utf8JsonWriter json, Attributed line)
    {
        var sampled = line.Sampled;
        json.WriteStartObject("sampled");
        json.WriteNumber("samples", sampled.Samples);
        // Without a sample nothing is estimated: that is not the same as an estimate of 0.
        Amount(json, "estimateBytes", sampled.Samples == 0 ? null : sampled.Estimate);
        Amount(json, "halfWidthBytes", sampled.Samples == 0 ? null : sampled.HalfWidth);
        if (line.Agrees is { } agrees) json.WriteBoolean("agrees", agrees);
        else json.WriteNull("agrees");
        json.WriteStartArray("types");
        foreach (var type in sampled.Types)
        {
            json.WriteStartObject();
            json.WriteString("type", type.Name);
            json.WriteNumber("estimateBytes", type.Estimate.Count);
            json.WriteNumber("samples", type.Samples);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Surroundings(Utf8JsonWriter json, ProfileResult result)
    {
        Collections(json, result.Collections);
        json.WriteStartObject("session");
        json.WriteString("reason", Word(result.Session.Reason));
        json.WriteNumber("eventsLost", result.Session.EventsLost);
        json.WriteString("detail", result.Session.Detail);
        json.WriteEndObject();
        Cage(json, result);
        Agent(json, result.Agent);
        json.WriteString("symbolProblem", result.SymbolProblem);
        Machine(json, result.Machine);
    }

    static void Collections(Utf8JsonWriter json, CollectionSummary? collections)
    {
        if (collections is null)
        {
            json.WriteNull("collections");
            return;
        }

        json.WriteStartObject("collections");
        for (var generation = 0; generation < collections.ByGeneration.Count; generation++)
        {
            json.WriteNumber($"gen{generation}", collections.ByGeneration[generation]);
        }

        if (collections.LongestPause is { } longest) json.WriteNumber("longestPauseMs", Ms(longest));
        else json.WriteNull("longestPauseMs");
        json.WriteNumber("totalPauseMs", Ms(collections.TotalPause));
        json.WriteEndObject();
    }

    static void Cage(Utf8JsonWriter json, ProfileResult result)
    {
        if (result.Cage is not { } cage)
        {
            json.WriteNull("cage");
            return;
        }

        json.WriteStartObject("cage");
        Amount(json, "limitBytes", result.CageLimit);
        Amount(json, "chargedAtEndBytes", cage.Charged);
        Amount(json, "peakChargedBytes", cage.Peak);
        Amount(json, "peakSocketBytes", cage.SocketPeak);
        Count(json, "outOfMemoryKills", cage.OutOfMemoryKills);
        Count(json, "limitHits", cage.LimitHits);
        json.WriteEndObject();
    }

    static void Agent(Utf8JsonWriter json, AgentBinary? agent)
    {
        if (agent is null)
        {
            json.WriteNull("agent");
            return;
        }

        json.WriteStartObject("agent");
        json.WriteString("path", agent.Path);
        json.WriteString("runtime", Word(agent.Runtime));
        json.WriteEndObject();
    }

    static void Machine(Utf8JsonWriter json, Machine? machine)
    {
        if (machine is null)
        {
            json.WriteNull("machine");
            return;
        }

        json.WriteStartObject("machine");
        json.WriteString("system", machine.System);
        json.WriteString("architecture", machine.Architecture);
        json.WriteNumber("processors", machine.Processors);
        json.WriteString("profilerRuntime", machine.Runtime);
        json.WriteEndObject();
    }

    static void Amount(Utf8JsonWriter json, string name, Bytes? amount) => Count(json, name, amount?.Count);

    static void Count(Utf8JsonWriter json, string name, long? count)
    {
        if (count is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }

    static double Ms(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
