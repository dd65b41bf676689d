namespace LeanLoad.Profiler.Agents;

/// <summary>What the kernel counts in a cage at one moment. Null is "this kernel does not say", never 0.</summary>
/// <param name="Charged">Charged now, page cache included (<c>memory.current</c>, v1
/// <c>memory.usage_in_bytes</c>).</param>
/// <param name="Peak">The most that was charged (<c>memory.peak</c>, from Linux 5.19; v1
/// <c>memory.max_usage_in_bytes</c>).</param>
/// <param name="SocketPeak">On v1 the most that socket buffers took, a count beside <paramref name="Peak"/>; null on
/// v2, where it is inside.</param>
/// <param name="OutOfMemoryKills">Processes that the kernel killed here for want of memory.</param>
/// <param name="LimitHits">Times that the limit was met (v2 <c>memory.events:max</c>); null on v1, which does not count
/// them in a cage.</param>
readonly record struct CageReading(
    Bytes? Charged, Bytes? Peak, Bytes? SocketPeak, long? OutOfMemoryKills, long? LimitHits)
{
    /// <summary>Reads a group's files.</summary>
    /// <param name="directory">The group, or a copy of its files.</param>
    public static CageReading Read(string directory) =>
        File.Exists(Path.Combine(directory, "memory.usage_in_bytes"))
            ? ReadVersion1(directory)
            : ReadVersion2(directory);

    static CageReading ReadVersion1(string directory) => new(
        Amount(directory, "memory.usage_in_bytes"),
        Amount(directory, "memory.max_usage_in_bytes"),
        Amount(directory, "memory.kmem.tcp.max_usage_in_bytes"),
        Field(directory, "memory.oom_control", "oom_kill"),
        // A cage makes the limits of memory and of memory + swap equal; then both counts of hits stay 0, also through a
        // kill.
        null);

    static CageReading ReadVersion2(string directory) => new(
        Amount(directory, "memory.current"),
        Amount(directory, "memory.peak"),
        null,
        Field(directory, "memory.events", "oom_kill"),
        Field(directory, "memory.events", "max"));

    static Bytes? Amount(string directory, string file) =>
        Number(directory, file) is { } count ? new Bytes(count) : null;

    static long? Number(string directory, string file) =>
        long.TryParse(Text(directory, file), out var number) ? number : null;

    static long? Field(string directory, string file, string name)
    {
        foreach (var line in Text(directory, file).Split('\n'))
        {
            if (!line.StartsWith(name + " ", StringComparison.Ordinal)) continue;
            if (long.TryParse(line.AsSpan(name.Length + 1), out var number)) return number;
        }

        return null;
    }

    static string Text(string directory, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
