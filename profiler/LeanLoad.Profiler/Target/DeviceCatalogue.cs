using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace LeanLoad.Profiler.Target;

/// <summary>
/// The fleet of the story, as JSON made from a seed: a table of device models and the devices themselves. All texts
/// have a fixed length, so what a client retains that parses them into objects does not depend on the seed: about 6 MiB
/// of models, 2 MiB of devices.
/// </summary>
sealed class DeviceCatalogue
{
    /// <summary>
    /// Models; in the registry scenario's types each retains 496 bytes, its place in the array included.
    /// </summary>
    public const int ModelCount = 12_680;

    /// <summary>
    /// Devices; in the registry scenario's types each retains 288 bytes, its place in the array included.
    /// </summary>
    public const int DeviceCount = 7_270;

    static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly string[] Vendors = ["Alder & Sons", "Birch Device", "Cedar System", "Dogwood Labs"];
    static readonly string[] Capabilities =
        ["telemetry", "remote-ui", "ota-patch", "dual-bank", "secure-id", "edge-rule"];

    public DeviceCatalogue(int seed)
    {
        Models = Write(new Random(seed), ModelCount, WriteModel);
        Devices = Write(new Random(seed + 1), DeviceCount, WriteDevice);
    }

    /// <summary>An array of <c>{id, vendor, name, firmware, description, capabilities, memoryMiB}</c>.</summary>
    public ReadOnlyMemory<byte> Models { get; }

    /// <summary>An array of <c>{serial, model, site, address, lastSeen, online}</c>.</summary>
    public ReadOnlyMemory<byte> Devices { get; }

    static ReadOnlyMemory<byte> Write(Random random, int count, Action<Utf8JsonWriter, Random, int> item)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        for (var i = 0; i < count; i++) item(json, random, i);
        json.WriteEndArray();
        json.Flush();
        // A copy, because the writer's buffer is up to twice as long.
        return buffer.WrittenSpan.ToArray();
    }

    static void WriteModel(Utf8JsonWriter json, Random random, int index)
    {
        json.WriteStartObject();
        json.WriteString("id", ModelId(index));
        json.WriteString("vendor", Vendors[index % Vendors.Length]);
        json.WriteString("name",
            Text($"Gateway {random.Next(100, 1000)}-{random.Next(10, 100)} rev {random.Next(10)}"));
        json.WriteString("firmware", Text($"{random.Next(10)}.{random.Next(10)}.{random.Next(1000, 10_000)}"));
        json.WriteString("description",
            Text($"Rail-mounted, {random.Next(10, 100)} inputs, {random.Next(10, 100)} relays"));
        json.WriteStartArray("capabilities");
        var first = random.Next(Capabilities.Length);
        json.WriteStringValue(Capabilities[first]);
        json.WriteStringValue(Capabilities[(first + 1) % Capabilities.Length]);
        json.WriteEndArray();
        json.WriteNumber("memoryMiB", 32 << random.Next(4));
        json.WriteEndObject();
    }

    static void WriteDevice(Utf8JsonWriter json, Random random, int index)
    {
        json.WriteStartObject();
        json.WriteString("serial", Text($"SN-{random.Next(1000, 10_000)}-{index:D6}"));
        json.WriteString("model", ModelId(random.Next(ModelCount)));
        json.WriteString("site", Text($"site-{random.Next(100, 1000)}/hall-{random.Next(10)}"));
        json.WriteString("address", Text($"10.{random.Next(100, 250)}.{random.Next(100, 250)}.{random.Next(10, 100)}"));
        json.WriteString("lastSeen", Epoch.AddSeconds(random.Next(86_400)));
        json.WriteBoolean("online", random.Next(10) > 0);
        json.WriteEndObject();
    }

    static string ModelId(int index) => Text($"MDL-{index:D6}");

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
