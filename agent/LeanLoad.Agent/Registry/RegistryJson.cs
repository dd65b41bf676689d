using System.Text.Json.Serialization;

namespace LeanLoad.Agent.Registry;

/// <summary>A kind of device. 496 bytes, with its texts and its place in an array.</summary>
sealed record DeviceModel(
    string Id, string Vendor, string Name, string Firmware, string Description, string[] Capabilities, int MemoryMiB);

/// <summary>One device in the field. 288 bytes, with its texts and its place in an array.</summary>
sealed record Device(string Serial, string Model, string Site, string Address, DateTimeOffset LastSeen, bool Online);

/// <summary>
/// What the token endpoint answers: the token under one of two names or both (distribution, "Token Authentication
/// Specification").
/// </summary>
sealed record TokenAnswer(
    string? Token = null, [property: JsonPropertyName("access_token")] string? AccessToken = null);

/// <summary>A manifest, as far as a pull needs it.</summary>
sealed record Manifest(Blob[]? Layers = null);

/// <summary>One layer of a manifest.</summary>
sealed record Blob(string Digest, long Size);

/// <summary>The documents of the registry scenario, compiled: no reflection in the agent.</summary>
[JsonSerializable(typeof(DeviceModel[]))]
[JsonSerializable(typeof(Device[]))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(HubSession))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
sealed partial class RegistryJson : JsonSerializerContext;
