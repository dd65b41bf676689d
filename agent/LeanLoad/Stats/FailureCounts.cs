
namespace LeanLoad.Stats;

/// <summary>
/// Failures by kind: when each was first and last seen, and the first example. Exists only where something failed:
/// about 1,100 bytes and the examples.
/// </summary>
sealed class FailureCounts
{
    /// <summary>Room for kinds that later versions add.</summary>
    public const int Kinds = 32;

    readonly long[] counts = new long[Kinds];
    readonly string?[] examples = new string?[Kinds];
    readonly TimeSpan[] first = new TimeSpan[Kinds];
    readonly TimeSpan[] last = new TimeSpan[Kinds];

    /// <summary>How many there were.</summary>
    public long this[FailureKind kind] => counts[Slot(kind)];

    /// <summary>The first example; null where none was given.</summary>
    public string? ExampleOf(FailureKind kind) => examples[Slot(kind)];

    /// <summary>When the first and the last one came, since the run started; zero where there is none.</summary>
    public (TimeSpan First, TimeSpan Last) SeenAt(FailureKind kind) => (first[Slot(kind)], last[Slot(kind)]);

    /// <summary>Counts some more.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="count">How many.</param>
    /// <param name="firstAt">When the first of them came, since the run started; null: <see cref="Span"/>
    /// tells.</param>
    /// <param name="lastAt">When the last of them came.</param>
    public void Add(FailureKind kind, long count, TimeSpan? firstAt, TimeSpan? lastAt)
    {
        counts[Slot(kind)] += count;
        if (firstAt is { } from && lastAt is { } until) Span(kind, from, until);
    }

    /// <summary>Tells more exactly when those that were counted came.</summary>
    public void Span(FailureKind kind, TimeSpan firstAt, TimeSpan lastAt)
    {
        var slot = Slot(kind);
        if (first[slot] == default || firstAt < first[slot]) first[slot] = firstAt;
        if (lastAt > last[slot]) last[slot] = lastAt;
    }

    /// <summary>Keeps the text where it is the first.</summary>
    public void AddExample(FailureKind kind, string text) => examples[Slot(kind)] ??= text;

    /// <summary>Adds all of another; its examples fill what has none.</summary>
    public void Merge(FailureCounts other)
    {
        for (var slot = 0; slot < Kinds; slot++)
        {
            if (other.counts[slot] > 0) Add((FailureKind)slot, other.counts[slot], other.first[slot], other.last[slot]);
            examples[slot] ??= other.examples[slot];
        }
    }

    /// <summary>Empties the counts; the examples stay, since the first one is the first one.</summary>
    public void Reset()
    {
        counts.AsSpan().Clear();
        first.AsSpan().Clear();
        last.AsSpan().Clear();
    }

    // A record of a newer version may name a kind beyond ours: those share the last slot.
    static int Slot(FailureKind kind) => Math.Min((int)kind, Kinds - 1);
}
