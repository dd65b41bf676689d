using LeanLoad.Profiler.Target;

namespace LeanLoad.EndToEnd;

/// <summary>
/// A generated image as files that skopeo can push (OCI Image Format Specification, image-layout.md).
/// </summary>
static class OciLayout
{
    /// <summary>Writes the image and all it leads to below <paramref name="directory"/>, under its tag.</summary>
    public static void Write(GeneratedImage image, string directory)
    {
        File.WriteAllText(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(Path.Combine(directory, "index.json"), $$$"""
            {
              "schemaVersion": 2,
              "manifests": [
                {
                  "mediaType": "{{{image.OciIndex.MediaType}}}",
                  "digest": "{{{image.OciIndex.Digest}}}",
                  "size": {{{image.OciIndex.Data.Length}}},
                  "annotations": { "org.opencontainers.image.ref.name": "{{{image.Tag}}}" }
                }
              ]
            }
            """);
        var blobs = Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256")).FullName;
        foreach (var content in image.Manifests.Values.Concat(image.Blobs.Values))
        {
            File.WriteAllBytes(Path.Combine(blobs, content.Digest["sha256:".Length..]), content.Data.ToArray());
        }
    }
}
