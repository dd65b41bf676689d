namespace LeanLoad.Memory;

/// <summary>
/// Watches what is kept while the number of users stays the same, in windows of half a minute to 18 hours, each twice
/// as long as the one before and of the means of its moments: so a leak is seen that begins after hours as soon as one
/// that begins at once, and a slow one as surely. Bounded: 32 moments a window. Allocates nothing to look.
/// </summary>
sealed class LeakWatch
{
    const int Windows = 12;

    const double Every = 1;

    readonly LeakWindow[] windows = [.. Enumerable.Range(0, Windows).Select(static _ => new LeakWindow())];
    readonly double[] slopes = LeakWindow.Slopes();
    int users = -1;
    double began;
    double next;

    /// <summary>What grows; null where nothing does, or too little is known.</summary>
    public Leak? Leak { get; private set; }

    /// <summary>How long was looked, up to the last moment.</summary>
    public TimeSpan Watched { get; private set; }

    /// <summary>Begins anew: users come or go.</summary>
    public void Reset()
    {
        if (users < 0) return;
        foreach (var window in windows) window.Reset();
        (users, next, Leak, Watched) = (-1, 0, null, TimeSpan.Zero);
    }

    /// <summary>Takes what is kept; once a second it counts.</summary>
    /// <param name="time">Since the run started.</param>
    /// <param name="running">Users, who are the same as long as this is watched.</param>
    /// <param name="kept">What is kept of memory.</param>
    public void Look(TimeSpan time, int running, in Kept kept)
    {
        var now = time.TotalSeconds;
        if (running != users)
        {
            Reset();
            (users, began, next) = (running, now, now);
        }

        if (now < next) return;
        // Not from now on: ticks that come early now and then would be left out.
        next = Math.Max(next + Every, now + Every / 2);
        Watched = TimeSpan.FromSeconds(now - began);
        LeakMoment? moment = new(now, kept.Amount.Count, kept.Most.Count);
        foreach (var window in windows)
        {
            if (moment is not { } one) break;
            moment = window.Add(one, slopes);
        }

        Leak = Judge();
    }

    /// <summary>
    /// The shortest window in which memory grows says that it does; longer ones that agree say since when, and how fast
    /// more closely. What came to rest within the shortest is no leak, whatever the longer ones have of it.
    /// </summary>
    Leak? Judge()
    {
        Leak? found = null;
        for (var index = 0; index < windows.Length; index++)
        {
            var window = windows[index];
            if (index > 0 && !window.IsLonger) break;
            if (!window.Grows || window.Line is not { } line)
            {
                if (found is not null) break;
                continue;
            }

            if (!window.GoesOn || (found is { } shorter && !window.Agrees(shorter))) break;
            found = line;
        }

        return found;
    }
}
