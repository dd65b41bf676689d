using System.Text;

namespace LeanLoad.Benchmarking.Targets;

/// <summary>
/// A path whose segments in braces stand for any one: <c>/v2/{repository}/manifests/{digest}</c>. Matching allocates
/// nothing.
/// </summary>
sealed class PathPattern
{
    /// <summary>Null: any segment.</summary>
    readonly byte[]?[] segments;

    PathPattern(byte[]?[] segments) => this.segments = segments;

    public static PathPattern Parse(string path) => new(
        [.. path.Split('/').Skip(1).Select(static text => IsHole(text) ? null : Encoding.ASCII.GetBytes(text))]);

    static bool IsHole(string segment) => segment is ['{', .., '}'];

    /// <summary>Whether a path, as sent and without query, is one of these.</summary>
    public bool Matches(ReadOnlySpan<byte> path)
    {
        foreach (var segment in segments)
        {
            if (path.IsEmpty || path[0] != '/') return false;
            path = path[1..];
            var length = path.IndexOf((byte)'/') is >= 0 and var slash ? slash : path.Length;
            if (segment is null ? length == 0 : !path[..length].SequenceEqual(segment)) return false;
            path = path[length..];
        }

        return path.IsEmpty;
    }
}
