using LeanLoad.Diagnostics;
using LeanLoad.Stats;

namespace LeanLoad.Report;

/// <summary>One window of the run, as the control thread knows it.</summary>
sealed class WindowMark(int number, int epoch, WindowKind kind, TimeSpan began)
{
    public int Number { get; set; } = number;

    public int Epoch { get; set; } = epoch;

    public WindowKind Kind => kind;

    public TimeSpan Began => began;

    /// <summary>Null while it is open.</summary>
    public TimeSpan? Ended { get; set; }

    /// <summary>Users that ran, times how long.</summary>
    public double UserSeconds { get; set; }

    /// <summary>Whether it stands for several.</summary>
    public bool IsJoined { get; set; }
}

/// <summary>
/// The windows of a run, in order; as many as a <see cref="WindowTable"/> keeps, joined by the same rule.
/// </summary>
sealed class WindowLog
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
            marks[0].UserSeconds += marks[1].UserSeconds;
            marks.RemoveAt(1);
        }

        marks.Add(new WindowMark(marks.Count == 0 ? 0 : marks[^1].Number + 1, Epoch, kind, at));
        countedUntil = at;
        return marks[^1];
    }

    /// <summary>So many users have run since this was last called.</summary>
    public void CountUsers(int running, TimeSpan at)
    {
        if (marks.Count == 0 || marks[^1].Ended is not null) return;
        marks[^1].UserSeconds += running * (at - countedUntil).TotalSeconds;
        countedUntil = at;
    }

    /// <summary>Closes the open window, if there is one.</summary>
    public void Close(TimeSpan at)
    {
        if (marks.Count > 0) marks[^1].Ended ??= at;
    }
}
