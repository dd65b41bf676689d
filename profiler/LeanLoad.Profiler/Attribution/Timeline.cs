using LeanLoad.Diagnostics;

namespace LeanLoad.Profiler.Attribution;

/// <summary>
/// Ticks over a run of any length in at most 4,096 points: when it is full, of each two neighbours the one with less
/// memory goes, so that a peak is never lost. A run of an hour has one point a second.
/// </summary>
sealed class Timeline
{
    const int Capacity = 4096;

    readonly List<Tick> points = [];
    int stride = 1;
    int skipped;

    public IReadOnlyList<Tick> Points => points;

    public void Add(in Tick tick)
    {
        // Within a stride the highest stands for all.
        if (skipped > 0 && skipped < stride)
        {
            skipped++;
            if (tick.Memory.Unreclaimable > points[^1].Memory.Unreclaimable) points[^1] = tick;
            return;
        }

        skipped = 1;
        if (points.Count == Capacity) Halve();
        points.Add(tick);
    }

    void Halve()
    {
        for (var index = 0; index + 1 < points.Count; index += 2)
        {
            points[index / 2] = points[index].Memory.Unreclaimable >= points[index + 1].Memory.Unreclaimable
                ? points[index] : points[index + 1];
        }

        points.RemoveRange(points.Count / 2, points.Count - points.Count / 2);
        stride *= 2;
    }
}
