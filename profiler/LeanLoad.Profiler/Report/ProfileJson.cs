using System.Buffers;
using System.Text.Json;
using LeanLoad.Report;

namespace LeanLoad.Profiler.Report;

/// <summary>The profile as JSON: <c>run</c> is the agent's own summary, <c>profile</c> what only the observer knows. Units are in the names.</summary>
static class ProfileJson
{
    public static void Write(Stream output, ProfileResult result)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        var run = new ArrayBufferWriter<byte>();
        JsonSummary.Write(run, result.Run);
        json.WritePropertyName("run");
        json.WriteRawValue(run.WrittenSpan);
        json.WriteStartObject("profile");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
