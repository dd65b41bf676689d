namespace LeanLoad.Users;

/// <summary>
/// Places of a group on one loop whose users have gone of themselves, by class: who gives up places gives up these
/// first. For the loop's thread; others may read <see cref="Failed"/>.
/// </summary>
sealed class Vacancies
{
    int[] failedOf = [];
    int[] stoppedOf = [];
    int failed;

    /// <summary>Those whose user failed to start.</summary>
    public int Failed => Volatile.Read(ref failed);

    /// <summary>
    /// As a user comes: when it goes, perhaps for want of memory, nothing is to be allocated.
    /// </summary>
    public void MakeRoom(int place)
    {
        if (place < failedOf.Length) return;
        Array.Resize(ref failedOf, place + 1);
        Array.Resize(ref stoppedOf, place + 1);
    }

    public void AddFailed(int place)
    {
        failedOf[place]++;
        failed++;
    }

    public void AddStopped(int place) => stoppedOf[place]++;

    /// <summary>Gives up so many of a class, or as many as there are.</summary>
    /// <returns>How many that were.</returns>
    public int Take(int place, int most)
    {
        var neverStarted = Math.Min(most, failedOf[place]);
        var stopped = Math.Min(most - neverStarted, stoppedOf[place]);
        failedOf[place] -= neverStarted;
        failed -= neverStarted;
        stoppedOf[place] -= stopped;
        return neverStarted + stopped;
    }
}
