
namespace LeanLoad.Stats;

/// <summary>Failures by kind, with the first example of each. Exists only where something failed: 290 bytes and the examples.</summary>
sealed class FailureCounts
{
    /// <summary>Room for kinds that later versions add.</summary>
    public const int Kinds = 16;

    readonly long[] counts = new long[Kinds];
    readonly string?[] examples = new string?[Kinds];

    /// <summary>How many there were; 0 for a kind this version does not know.</summary>
    public long this[FailureKind kind] => (int)kind < Kinds ? counts[(int)kind] : 0;

    /// <summary>The first example; null where none was given.</summary>
    public string? ExampleOf(FailureKind kind) => (int)kind < Kinds ? examples[(int)kind] : null;

    /// <summary>Counts some more.</summary>
    public void Add(FailureKind kind, long count) => counts[(int)kind & (Kinds - 1)] += count;

    /// <summary>Keeps the text where it is the first.</summary>
    public void AddExample(FailureKind kind, string text) => examples[(int)kind & (Kinds - 1)] ??= text;

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
}
