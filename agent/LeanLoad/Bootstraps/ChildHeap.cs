using System.Diagnostics;
using LeanLoad.Memory;

namespace LeanLoad.Bootstraps;

/// <summary>
/// Has the heap of a child give back what nobody holds any more, before the child is refused memory. Left to
/// itself the collector takes no large objects away until it meets the limit; and then it keeps their regions, in which
/// small objects find no place. For the thread that waits for the bootstrap.
/// </summary>
/// <param name="limit">What the heap may commit.</param>
sealed class ChildHeap(Bytes limit)
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    readonly ManagedMemory managed = new();
    readonly long began = Stopwatch.GetTimestamp();
    TimeSpan spent;
    volatile bool isRefused;

    /// <summary>Of this process: its hard limit, or what the runtime made of the container's.</summary>
    public static ChildHeap OfThisProcess() => new(new Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));

    /// <summary>
    /// Whether a thread of the runtime's was refused memory: what is waited for may never be told what it waits for.
    /// </summary>
    public bool IsRefused => isRefused;

    /// <summary>One was. From any thread; allocates nothing.</summary>
    public void OnRefused() => isRefused = true;

    /// <summary>
    /// Waits until a task has ended, however, or its deadline has passed, or memory <see cref="IsRefused"/>.
    /// </summary>
    public void Await(Task task, Deadline deadline)
    {
        Task[] tasks = [task];
        while (!task.IsCompleted && !isRefused && !deadline.HasPassed())
        {
            Task.WaitAny(tasks, (int)LookEvery.TotalMilliseconds, CancellationToken.None);
            // Half of the time at most: it lives for a moment, and its peak counts, not its speed.
            if (IsDue(managed.Read(), limit) && spent < Stopwatch.GetElapsedTime(began) / 2) Collect();
        }
    }

    /// <summary>
    /// Whether it is worth it: a quarter of the limit is left, or less, and an eighth was allocated since all was
    /// collected, so that what is live already is not collected again and again.
    /// </summary>
    public static bool IsDue(in ManagedReading now, Bytes limit) =>
        limit - now.Committed - now.Since < limit * 0.25 && now.Live - now.Surviving > limit * 0.125;

    void Collect()
    {
        var before = Stopwatch.GetTimestamp();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        spent += Stopwatch.GetElapsedTime(before);
    }
}
