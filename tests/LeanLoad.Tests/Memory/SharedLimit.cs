namespace LeanLoad.Tests.Memory;

/// <summary>
/// This process's cgroup, /1/2 (v2), in one that others use too, /1 (v2): its own limit and figures may change, and
/// theirs.
/// </summary>
sealed class SharedLimit : IDisposable
{
    readonly DirectoryInfo root;
    readonly IReadOnlyList<string> levels;

    /// <param name="ownMiB">Its own limit; null: none.</param>
    /// <param name="enclosingMiB">The limit that it shares; null: none.</param>
    public SharedLimit(int? ownMiB, int? enclosingMiB)
    {
        (root, levels) = FixtureTree.Nested(2, isVersion1: false);
        Limit(ownMiB, enclosingMiB);
    }

    public string Root => root.FullName;

    public void Limit(int? ownMiB, int? enclosingMiB)
    {
        Write(levels[1], "memory.max", ownMiB is { } own ? $"{own << 20}" : "max");
        Write(levels[0], "memory.max", enclosingMiB is { } most ? $"{most << 20}" : "max");
    }

    public void Use(double ownMiB, double othersMiB)
    {
        Write(levels[1], "memory.stat", $"anon {(long)(ownMiB * (1 << 20))}\nfile 0");
        Write(levels[0], "memory.stat", $"anon {(long)((ownMiB + othersMiB) * (1 << 20))}\nfile 0");
    }

    public void Dispose() => root.Delete(recursive: true);

    // In its place, not anew: the reader has it open.
    static void Write(string directory, string name, string text) =>
        File.WriteAllText(Path.Combine(directory, name), text + "\n");
}
