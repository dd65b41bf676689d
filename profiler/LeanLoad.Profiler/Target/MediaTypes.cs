namespace LeanLoad.Profiler.Target;

/// <summary>The media types of one family of image documents. The same layers are served in both families.</summary>
/// <param name="Index">A list of manifests, one a platform.</param>
/// <param name="Manifest">One platform's config and layers.</param>
/// <param name="Config">How to run it.</param>
/// <param name="Layer">A gzip'd tar.</param>
sealed record MediaTypes(string Index, string Manifest, string Config, string Layer)
{
    /// <summary>OCI Image Format Specification 1.1.</summary>
    public static MediaTypes Oci { get; } = new(
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.layer.v1.tar+gzip");

    /// <summary>Docker Image Manifest Version 2, Schema 2.</summary>
    public static MediaTypes Docker { get; } = new(
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.image.rootfs.diff.tar.gzip");
}
