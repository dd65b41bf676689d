namespace LeanLoad.Profiler.Diagnostics;

/// <summary>
/// Puts a collection together from the runtime's events: suspend, start, heap statistics, committed usage, restart. The
/// runtime sends them from one thread in this order; the restart completes one, and so does the next start where the
/// restart was lost.
/// </summary>
/// <param name="onCollection">Called with each, complete or not.</param>
sealed class CollectionTracker(Action<Collection> onCollection)
{
    Collection? current;
    TimeSpan? suspendedAt;

    /// <summary>All threads are being stopped.</summary>
    public void Suspended(TimeSpan at) => suspendedAt = at;

    /// <summary>A collection begins.</summary>
    public void Started(TimeSpan at, int number, int generation, string reason)
    {
        Flush();
        current = new Collection(at, number, generation, reason, null, null, null, null);
    }

    /// <summary>Sizes after the collection.</summary>
    public void Measured(Bytes heap, Bytes promoted) =>
        current = current is { } known ? known with { HeapAfter = heap, Promoted = promoted } : null;

    /// <summary>Memory that the heap holds after the collection.</summary>
    public void Committed(Bytes committed) =>
        current = current is { } known ? known with { CommittedAfter = committed } : null;

    /// <summary>All threads run again.</summary>
    public void Restarted(TimeSpan at)
    {
        if (suspendedAt is { } since && current is { } known) current = known with { Pause = at - since };
        suspendedAt = null;
        Flush();
    }

    /// <summary>The stream ended: what is known of the last collection is told.</summary>
    public void Flush()
    {
        if (current is { } known) onCollection(known);
        current = null;
    }
}
