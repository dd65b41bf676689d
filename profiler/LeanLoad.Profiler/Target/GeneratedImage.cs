using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace LeanLoad.Profiler.Target;

/// <summary>Content under its digest.</summary>
/// <param name="MediaType">Its <c>Content-Type</c>.</param>
/// <param name="Digest"><c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="Data">The bytes.</param>
sealed record Content(string MediaType, string Digest, ReadOnlyMemory<byte> Data)
{
    public Descriptor Describe(Platform? platform = null) => new(MediaType, Digest, Data.Length, platform);

    public static Content Of(string mediaType, byte[] data) => new(mediaType, DigestOf(data), data);

    public static string DigestOf(ReadOnlySpan<byte> data) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(data));
}

/// <summary>
/// An image made from a seed: two platforms, each with a config and two layers of real gzip'd tar, as OCI and as Docker
/// documents over the same blobs. The same seed gives the same digests on the same runtime (another version of the
/// runtime may compress differently).
/// </summary>
sealed class GeneratedImage
{
    static readonly string[] Architectures = ["amd64", "arm64"];

    /// <summary>Bytes of the one file in each layer; random, so that compression leaves them as they are.</summary>
    static readonly (string Path, int Size)[] Files =
        [("etc/device-agent/models.bin", 64 << 10), ("usr/bin/device-agent", 256 << 10)];

    static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Dictionary<string, Content> manifests = [];
    readonly Dictionary<string, Content> blobs = [];

    public GeneratedImage(int seed)
    {
        var random = new Random(seed);
        List<Content> oci = [], docker = [];
        foreach (var architecture in Architectures)
        {
            var platform = new Platform(architecture, "linux");
            var tars = Files.Select(file => Tar(file.Path, Noise(random, file.Size))).ToArray();
            var config = JsonSerializer.SerializeToUtf8Bytes(ConfigOf(platform, tars), TargetJson.Default.ImageConfig);
            var layers = tars.Select(Gzip).ToArray();
            oci.Add(AddManifest(MediaTypes.Oci, config, layers));
            docker.Add(AddManifest(MediaTypes.Docker, config, layers));
        }

        OciIndex = AddIndex(MediaTypes.Oci, oci);
        DockerIndex = AddIndex(MediaTypes.Docker, docker);
        OciManifest = oci[0];
        DockerManifest = docker[0];
    }

    /// <summary>The repository.</summary>
    public string Name { get; } = "library/device-agent";

    /// <summary>Its one tag.</summary>
    public string Tag { get; } = "1.0";

    /// <summary>The list of platforms, OCI.</summary>
    public Content OciIndex { get; }

    /// <summary>The list of platforms, Docker.</summary>
    public Content DockerIndex { get; }

    /// <summary>linux/amd64, OCI.</summary>
    public Content OciManifest { get; }

    /// <summary>linux/amd64, Docker.</summary>
    public Content DockerManifest { get; }

    /// <summary>Indexes and manifests of both families, by digest.</summary>
    public IReadOnlyDictionary<string, Content> Manifests => manifests;

    /// <summary>Configs and layers, by digest.</summary>
    public IReadOnlyDictionary<string, Content> Blobs => blobs;

    Content AddManifest(MediaTypes types, byte[] config, byte[][] layers)
    {
        var manifest = new ImageManifest(2, types.Manifest, AddBlob(types.Config, config),
            [.. layers.Select(layer => AddBlob(types.Layer, layer))]);
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, TargetJson.Default.ImageManifest);
        return Add(Content.Of(types.Manifest, json));
    }

    Content AddIndex(MediaTypes types, List<Content> platforms)
    {
        var index = new ImageIndex(2, types.Index,
            [.. platforms.Select((manifest, i) => manifest.Describe(new Platform(Architectures[i], "linux")))]);
        return Add(Content.Of(types.Index, JsonSerializer.SerializeToUtf8Bytes(index, TargetJson.Default.ImageIndex)));
    }

    Content Add(Content manifest)
    {
        manifests.Add(manifest.Digest, manifest);
        return manifest;
    }

    Descriptor AddBlob(string mediaType, byte[] data)
    {
        var blob = Content.Of(mediaType, data);
        // Registries serve blobs without their media type: one blob may be a layer in both families.
        blobs.TryAdd(blob.Digest, blob with { MediaType = "application/octet-stream" });
        return blob.Describe();
    }

    static ImageConfig ConfigOf(Platform platform, byte[][] tars) =>
        new(platform.Architecture, platform.Os, Created, new RunConfig(["/usr/bin/device-agent"]),
            new RootFs("layers", [.. tars.Select(tar => Content.DigestOf(tar))]));

    static byte[] Noise(Random random, int size)
    {
        var data = new byte[size];
        random.NextBytes(data);
        return data;
    }

    static byte[] Tar(string path, byte[] file)
    {
        using var buffer = new MemoryStream();
        using (var tar = new TarWriter(buffer, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path)
            {
                ModificationTime = Created,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute,
                DataStream = new MemoryStream(file),
            });
        }

        return buffer.ToArray();
    }

    static byte[] Gzip(byte[] data)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(data);
        return buffer.ToArray();
    }
}
