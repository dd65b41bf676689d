namespace LeanLoad.Users;

/// <summary>
/// Starts under way that may yet take memory. One that has held up the ramp for longer than a start takes has what it
/// needs, and it stands in the reading; it may well wait for users who are still to be let in, as a rendezvous does.
/// </summary>
/// <param name="patience">How long users wait for starts of which none ends.</param>
struct PendingStarts(TimeSpan patience)
{
    TimeSpan? waitingSince;
    int endedThen;
    int slow;

    /// <summary>How many may yet take memory.</summary>
    /// <param name="underWay">Starts under way.</param>
    public readonly int Of(int underWay) => Math.Max(0, underWay - slow);

    /// <summary>Notices that nobody gets on.</summary>
    /// <param name="at">Now, since the run started.</param>
    /// <param name="isWaiting">Whether users wait for starts to end.</param>
    /// <param name="ended">Starts that have ended since the run started.</param>
    /// <param name="underWay">Starts under way.</param>
    public void Look(TimeSpan at, bool isWaiting, int ended, int underWay)
    {
        if (underWay < slow) slow = underWay;
        if (!isWaiting)
        {
            waitingSince = null;
        }
        else if (waitingSince is not { } since || ended != endedThen)
        {
            (waitingSince, endedThen) = (at, ended);
        }
        else if (at - since >= patience)
        {
            (slow, waitingSince) = (underWay, null);
        }
    }
}
