
namespace LeanLoad.Stats;

/// <summary>
/// Failures by kind, with the first example of each. Exists only where something failed: 592 bytes and the examples.
/// </summary>
sealed class FailureCounts
{
    /// <summary>Room for kinds that later versions add.</summary>
    public const int Kinds = 32;

    readonly long[] counts = new long[Kinds];
    readonly string?[] examples = new string?[Kinds];

    /// <summary>How many there were.</summary>
    public long this[FailureKind kind] => counts[Slot(kind)];

    /// <summary>The first example; null where none was given.</summary>
    public string? ExampleOf(FailureKind kind) => examples[Slot(kind)];

    /// <summary>Counts some more.</summary>
    public void Add(FailureKind kind, long count) => counts[Slot(kind)] += count;

    /// <summary>Keeps the text where it is the first.</summary>
    public void AddExample(FailureKind kind, string text) => examples[Slot(kind)] ??= text;

    /// <summary>Adds all of another; its examples fill what has none.</summary>
    public void Merge(FailureCounts other)
    {
        for (var kind = 0; kind < Kinds; kind++)
        {
            counts[kind] += other.counts[kind];
            examples[kind] ??= other.examples[kind];
        }
    }

    /// <summary>Empties the counts; the examples stay, since the first one is the first one.</summary>
    public void Reset() => counts.AsSpan().Clear();

    // A record of a newer version may name a kind beyond ours: those share the last slot.
    static int Slot(FailureKind kind) => Math.Min((int)kind, Kinds - 1);
}
