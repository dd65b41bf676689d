using LeanLoad.Diagnostics;
using LeanLoad.Stats;
using LeanLoad.Users;

namespace LeanLoad.Report;

/// <summary>One window of the run, as the control thread knows it.</summary>
sealed class WindowMark(int number, int epoch, WindowKind kind, TimeSpan began, int groups)
{
    public int Number { get; set; } = number;

    public int Epoch { get; set; } = epoch;

    public WindowKind Kind => kind;

    public TimeSpan Began => began;

    /// <summary>Null while it is open.</summary>
    public TimeSpan? Ended { get; set; }

    /// <summary>Users that ran, times how long; of each group.</summary>
    public double[] UserSeconds { get; } = new double[groups];

    /// <summary>Users that ran, on average over its time; of each group, 0 while it is open.</summary>
    public IEnumerable<double> MeanUsers => UserSeconds.Select(users =>
        Ended is { } ended && ended > Began ? users / (ended - Began).TotalSeconds : 0);

    /// <summary>Whether it stands for several.</summary>
    public bool IsJoined { get; set; }
}

/// <summary>
/// The windows of a run, in order; as many as a <see cref="WindowTable"/> keeps, joined by the same rule.
/// </summary>
/// <param name="groups">Groups of users; one or more.</param>
sealed class WindowLog(int groups)
{
    readonly List<WindowMark> marks = [];
    TimeSpan countedUntil;

    public IReadOnlyList<WindowMark> Marks => marks;

    /// <summary>The present epoch, from 0.</summary>
    public int Epoch { get; private set; }

    /// <summary>When the present epoch began, since the run started.</summary>
    public TimeSpan EpochBegan { get; private set; }

    /// <summary>Closes the open window and opens the next.</summary>
    public WindowMark Open(WindowKind kind, bool isReset, TimeSpan at)
    {
        Close(at);
        if (isReset) Epoch++;
        if (isReset || marks.Count == 0) EpochBegan = at;
        if (marks.Count == WindowTable.Capacity)
        {
            (marks[0].Number, marks[0].Epoch, marks[0].Ended, marks[0].IsJoined) =
                (marks[1].Number, marks[1].Epoch, marks[1].Ended, true);
            for (var group = 0; group < groups; group++) marks[0].UserSeconds[group] += marks[1].UserSeconds[group];
            marks.RemoveAt(1);
        }

        marks.Add(new WindowMark(marks.Count == 0 ? 0 : marks[^1].Number + 1, Epoch, kind, at, groups));
        countedUntil = at;
        return marks[^1];
    }

    /// <summary>So many users as run now have run since this was last called.</summary>
    public void CountUsers(LoopSet loops, TimeSpan at)
    {
        if (marks.Count == 0 || marks[^1].Ended is not null) return;
        var seconds = (at - countedUntil).TotalSeconds;
        for (var group = 0; group < groups; group++)
        {
            marks[^1].UserSeconds[group] += loops.RunningOf(group) * seconds;
        }

        countedUntil = at;
    }

    /// <summary>Closes the open window, if there is one.</summary>
    public void Close(TimeSpan at)
    {
        if (marks.Count > 0) marks[^1].Ended ??= at;
    }
}
