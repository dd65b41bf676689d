using LeanLoad.Memory;
using LeanLoad.Profiler.Metrics;

namespace LeanLoad.Profiler.Runs;

/// <summary>One profiled run.</summary>
sealed record RunOptions
{
    /// <summary>A load file, a project or its directory, or a published agent.</summary>
    public required string Path { get; init; }

    /// <summary>The agent's own options, as typed behind <c>--</c>.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The hard limit of a memory cgroup made for the agent; null for none.</summary>
    public Bytes? Cage { get; init; }

    /// <summary>
    /// Whether the agent may run without its cage where none can be made: it is then told the same budget with
    /// <c>--memory</c>, and that is said.
    /// </summary>
    public bool MayDoWithoutCage { get; init; }

    /// <summary>Where the agent's records are kept as a journal; null: nowhere.</summary>
    public string? JournalPath { get; init; }

    /// <summary>Where metrics go while it lasts.</summary>
    public MetricsOptions Metrics { get; init; } = MetricsOptions.None;

    /// <summary>The session's buffer in MiB, 1 to 4: memory of the agent. Default 2.</summary>
    public int BufferMiB { get; init; } = 2;

    /// <summary>The collector's caps for this run's budget: the cage's limit, else <c>--memory</c>.</summary>
    public GcSettings Collector()
    {
        var budget = Cage
            ?? (Argument("memory") is { } text && Bytes.TryParse(text, out var memory, out _) ? memory : (Bytes?)null);
        var users = int.TryParse(Argument("users"), System.Globalization.CultureInfo.InvariantCulture, out var count)
            ? count : 1;
        return GcSettings.For(budget, users);
    }

    string? Argument(string name)
    {
        for (var index = 0; index < Arguments.Count; index++)
        {
            if (Arguments[index] == $"--{name}" && index + 1 < Arguments.Count) return Arguments[index + 1];
            if (Arguments[index].StartsWith($"--{name}=", StringComparison.Ordinal))
            {
                return Arguments[index][(name.Length + 3)..];
            }
        }

        return null;
    }
}
