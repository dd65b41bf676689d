using System.Text.Json.Serialization;

namespace LeanLoad.Profiler.Target;

/// <summary>
/// Points at content: what it is, its sha256, its length (OCI Image Format Specification, descriptor.md).
/// </summary>
sealed record Descriptor(
    [property: JsonPropertyName("mediaType")] string MediaType,
    [property: JsonPropertyName("digest")] string Digest,
    [property: JsonPropertyName("size")] long Size,
    [property: JsonPropertyName("platform")] Platform? Platform = null);

/// <summary>What an image runs on.</summary>
sealed record Platform(
    [property: JsonPropertyName("architecture")] string Architecture,
    [property: JsonPropertyName("os")] string Os);

/// <summary>An OCI index or a Docker manifest list.</summary>
sealed record ImageIndex(
    [property: JsonPropertyName("schemaVersion")] int SchemaVersion,
    [property: JsonPropertyName("mediaType")] string MediaType,
    [property: JsonPropertyName("manifests")] IReadOnlyList<Descriptor> Manifests);

/// <summary>One platform's image.</summary>
sealed record ImageManifest(
    [property: JsonPropertyName("schemaVersion")] int SchemaVersion,
    [property: JsonPropertyName("mediaType")] string MediaType,
    [property: JsonPropertyName("config")] Descriptor Config,
    [property: JsonPropertyName("layers")] IReadOnlyList<Descriptor> Layers);

/// <summary>How to run an image, and the digests of its layers before compression (config.md).</summary>
sealed record ImageConfig(
    [property: JsonPropertyName("architecture")] string Architecture,
    [property: JsonPropertyName("os")] string Os,
    [property: JsonPropertyName("created")] DateTimeOffset Created,
    [property: JsonPropertyName("config")] RunConfig Config,
    [property: JsonPropertyName("rootfs")] RootFs RootFs);

/// <summary>The process an image starts.</summary>
sealed record RunConfig([property: JsonPropertyName("Entrypoint")] IReadOnlyList<string> Entrypoint);

/// <summary>The uncompressed layers, lowest first.</summary>
sealed record RootFs(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("diff_ids")] IReadOnlyList<string> DiffIds);
