using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LeanLoad.Agent.Registry;
using LeanLoad.Profiler.Target;
using Xunit;

namespace LeanLoad.Tests.Registry;

/// <summary>
/// The story's figures, held to: 6 MiB of models once, 2 MiB of devices a user. Summed from the objects, not from the
/// heap's total, which other tests of this process move too.
/// </summary>
public sealed class RetainedSizeTests
{
    /// <summary>Header and method table.</summary>
    const int ObjectBytes = 16;

    const int ReferenceBytes = 8;

    /// <summary>The part of 2 MiB that the catalogue may miss its figure by.</summary>
    const double Tolerance = 0.03;

    [Fact]
    public void A_user_that_keeps_the_devices_retains_two_MiB()
    {
        // Four texts, a time of 16 bytes, a flag of 8 with its padding.
        var bytes = Parse(new DeviceCatalogue(1).Devices, RegistryJson.Default.DeviceArray).Sum(device =>
            ReferenceBytes + ObjectBytes + 4 * ReferenceBytes + 16 + 8
            + SizeOf(device.Serial) + SizeOf(device.Model) + SizeOf(device.Site) + SizeOf(device.Address));
        Assert.InRange(bytes, 2 * (1 - Tolerance) * 1048576, 2 * (1 + Tolerance) * 1048576);
    }

    [Fact]
    public void The_table_of_models_retains_six_MiB()
    {
        // Five texts, an array of texts, a number of 8 with its padding.
        var bytes = Parse(new DeviceCatalogue(1).Models, RegistryJson.Default.DeviceModelArray).Sum(model =>
            ReferenceBytes + ObjectBytes + 6 * ReferenceBytes + 8
            + SizeOf(model.Id) + SizeOf(model.Vendor) + SizeOf(model.Name) + SizeOf(model.Firmware)
                + SizeOf(model.Description)
            + ObjectBytes + 8 + model.Capabilities.Sum(capability => ReferenceBytes + SizeOf(capability)));
        Assert.InRange(bytes, 6 * (1 - Tolerance) * 1048576, 6 * (1 + Tolerance) * 1048576);
    }

    [Fact]
    public void Every_device_is_of_a_model_in_the_table()
    {
        var catalogue = new DeviceCatalogue(3);
        var known = Parse(catalogue.Models, RegistryJson.Default.DeviceModelArray).Select(model => model.Id)
            .ToHashSet();
        Assert.Equal(DeviceCatalogue.ModelCount, known.Count);
        Assert.All(Parse(catalogue.Devices, RegistryJson.Default.DeviceArray),
            device => Assert.Contains(device.Model, known));
    }

    [Fact]
    public void A_session_comes_home_from_the_child_process_as_it_left_and_prints_no_token()
    {
        var devices = Parse(new DeviceCatalogue(1).Devices, RegistryJson.Default.DeviceArray);
        var session = new HubSession("http://127.0.0.1/token", "top.secret.token", devices);
        var json = JsonSerializer.SerializeToUtf8Bytes(session, RegistryJson.Default.HubSession);
        var home = JsonSerializer.Deserialize(json, RegistryJson.Default.HubSession)!;
        Assert.Equal((session.TokenUrl, session.Token), (home.TokenUrl, home.Token));
        Assert.Equal(session.Devices, home.Devices);
        Assert.DoesNotContain("secret", session.ToString(), StringComparison.Ordinal);
    }

    static T[] Parse<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T[]> type) =>
        JsonSerializer.Deserialize(json.Span, type)!;

    /// <summary>A string: header, method table, length, its characters and a NUL, rounded up to eight.</summary>
    static int SizeOf(string text) => (ObjectBytes + 4 + 2 * (text.Length + 1) + 7) / 8 * 8;
}
