namespace LeanLoad.Profiler.Target;

/// <summary>What a path below <c>/v2/</c> names.</summary>
enum PathKind
{
    /// <summary>Nothing this API has.</summary>
    Unknown,

    /// <summary><c>/v2/</c>: is this a registry, and am I welcome?</summary>
    Root,

    /// <summary><c>NAME/manifests/TAG-OR-DIGEST</c>.</summary>
    Manifest,

    /// <summary><c>NAME/blobs/DIGEST</c>.</summary>
    Blob,

    /// <summary><c>NAME/tags/list</c>.</summary>
    Tags,
}

/// <summary>A path below <c>/v2/</c>. Names contain slashes, so it is read from its end.</summary>
/// <param name="Kind">What it names.</param>
/// <param name="Name">The repository; null where it names none.</param>
/// <param name="Reference">Tag or digest; empty where it names none.</param>
readonly record struct RegistryPath(PathKind Kind, string? Name, string Reference)
{
    /// <param name="rest">What follows <c>/v2/</c>, percent-decoded.</param>
    public static RegistryPath Parse(string rest)
    {
        if (rest.Length == 0) return new RegistryPath(PathKind.Root, null, "");
        var parts = rest.Split('/');
        if (parts.Length < 3 || parts.Any(part => part.Length == 0))
        {
            return new RegistryPath(PathKind.Unknown, null, "");
        }

        var kind = parts[^2] switch
        {
            "manifests" => PathKind.Manifest,
            "blobs" => PathKind.Blob,
            "tags" when parts[^1] == "list" => PathKind.Tags,
            _ => PathKind.Unknown,
        };
        if (kind == PathKind.Unknown) return new RegistryPath(kind, null, "");
        return new RegistryPath(kind, string.Join('/', parts[..^2]), parts[^1]);
    }
}
