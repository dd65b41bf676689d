using System.Diagnostics;

namespace LeanLoad.Stats;

/// <summary>
/// The windows of a run as one loop counts them: warm-up, ramp, steady, cool-down. What ended in a window is in it. A
/// reset opens a window that begins a new <i>epoch</i>: what began before it is old, whenever it ends, and goes to the
/// window it began in. Bounded: of more than <see cref="Capacity"/> windows the oldest two become one. Used by its loop
/// alone.
/// </summary>
/// <param name="origin">The run's time 0, as <see cref="Stopwatch.GetTimestamp"/>.</param>
/// <param name="groups">Groups of users, whose iterations are summed apart.</param>
sealed class WindowTable(long origin, int groups = 1)
{
    /// <summary>Windows with a row of their own; each takes about 3 kB, at most 29.</summary>
    public const int Capacity = 24;

    /// <summary>Stands for "began in the present epoch" where nobody asked when.</summary>
    public const int Always = int.MaxValue;

    readonly List<WindowStats> rows = [new(groups)];
    int oldest;
    int epochBegan;

    public WindowTable() : this(Stopwatch.GetTimestamp())
    {
    }

    /// <summary>The number of the open window: 0 for the first.</summary>
    public int Current => oldest + rows.Count - 1;

    /// <summary>Since the run started.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(origin);

    /// <summary>The open window's row.</summary>
    public WindowStats Open => rows[^1];

    /// <summary>The rows, oldest first; the first may stand for several windows.</summary>
    public IReadOnlyList<WindowStats> Rows => rows;

    /// <summary>The row of a window.</summary>
    public WindowStats this[int window] => rows[Math.Clamp(window - oldest, 0, rows.Count - 1)];

    /// <summary>Whether what began in this window belongs to an epoch that is over.</summary>
    public bool IsOld(int window) => window < epochBegan;

    /// <summary>Opens the next window.</summary>
    /// <param name="isReset">Whether a new epoch begins with it.</param>
    public void OpenNext(bool isReset)
    {
        if (rows.Count == Capacity)
        {
            rows[0].Merge(rows[1]);
            rows.RemoveAt(1);
            oldest++;
        }

        rows.Add(new(groups));
        if (isReset) epochBegan = Current;
    }
}
