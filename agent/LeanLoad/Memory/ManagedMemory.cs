using System.Runtime.CompilerServices;

namespace LeanLoad.Memory;

/// <summary>What the garbage collector says.</summary>
/// <param name="Live">Reachable at the last collection, plus what was allocated since.</param>
/// <param name="Committed">Backed by the system, as of the last collection.</param>
/// <param name="Since">Allocated since then.</param>
/// <param name="Fragmented">Free between live objects, as of the last collection.</param>
/// <param name="Allocated">By all threads since the start; imprecise by the allocation contexts in use, 8 KiB for each
/// thread.</param>
/// <param name="Collections">Of any generation, since the start.</param>
/// <param name="Surviving">What the last full collection left; zero before the first.</param>
/// <param name="Large">What of it are large objects, and how much of such was allocated since the start.</param>
/// <param name="Gen0Budget">What may be allocated until the next collection, as of the last; null where this runtime
/// does not tell.</param>
readonly record struct ManagedReading(
    Bytes Live, Bytes Committed, Bytes Since, Bytes Fragmented, Bytes Allocated, int Collections, Bytes Surviving,
    LargeObjects Large, Bytes? Gen0Budget);

/// <summary>
/// Reads the collector's counters. <see cref="GC.GetGCMemoryInfo()"/> allocates an object for each call and tells of
/// the last collection only: so it is asked once per collection, and a reading between two collections allocates
/// nothing.
/// </summary>
sealed class ManagedMemory
{
    /// <summary>The heap of large objects, in <see cref="GCMemoryInfo.GenerationInfo"/>.</summary>
    const int LargeHeap = 3;

    int seen = -1;
    Bytes committed;
    Bytes left;
    Bytes fragmented;
    int seenFull;
    Bytes surviving;
    LargeObjects large;
    Bytes? gen0Budget;
    bool tellsBudget = true;

    /// <summary>The figures now.</summary>
    public ManagedReading Read()
    {
        // A collection of a higher generation counts for the lower ones too.
        var collections = GC.CollectionCount(0);
        if (collections != seen)
        {
            var last = GC.GetGCMemoryInfo(GCKind.Any);
            committed = new Bytes(last.TotalCommittedBytes);
            fragmented = new Bytes(last.FragmentedBytes);
            seen = collections;
            left = new Bytes(last.HeapSizeBytes - last.FragmentedBytes);
            gen0Budget = ReadBudget();
            ReadFull();
        }

        var live = new Bytes(GC.GetTotalMemory(forceFullCollection: false));
        var allocated = new Bytes(GC.GetTotalAllocatedBytes(precise: false));
        return new ManagedReading(
            live, committed, live - left, fragmented, allocated, collections, surviving, large, gen0Budget);
    }

    // Internal to the runtime, where it feeds the counter gen-0-gc-budget; no public member tells it.
    Bytes? ReadBudget()
    {
        if (!tellsBudget) return null;
        try
        {
            return new Bytes(GetGenerationBudget(null, generation: 0));
        }
        catch (MissingMemberException)
        {
            tellsBudget = false;
            return null;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "GetGenerationBudget")]
    static extern long GetGenerationBudget(
        [UnsafeAccessorType("System.GC, System.Private.CoreLib")] object? collector, int generation);

    void ReadFull()
    {
        var full = GC.CollectionCount(2);
        if (full == seenFull) return;
        seenFull = full;
        var last = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        surviving = new Bytes(last.HeapSizeBytes - last.FragmentedBytes);
        var heap = last.GenerationInfo[LargeHeap];
        var found = new Bytes(heap.SizeBeforeBytes - heap.FragmentationBeforeBytes);
        large = new LargeObjects(new Bytes(heap.SizeAfterBytes - heap.FragmentationAfterBytes),
            large.Allocated + (found - large.Live));
    }
}
