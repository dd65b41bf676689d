namespace LeanLoad.Users;

/// <summary>
/// Where a ramp rests so that memory can be read: with one, two and three users, then as often as they double, so that
/// it ends with all of them: 1, 2, 3, 5, 10, 20, 40. Counted from the end, for so there is one at a half and one at a
/// quarter of any ramp: from 8 of 19 users less can be foretold than from 10.
/// </summary>
/// <remarks>
/// With three, because it takes three readings to project: of eight large users the fourth comes when half of the ramp
/// is over, and the kernel may have ended the run by then.
/// </remarks>
static class Rests
{
    /// <summary>Whether memory is to be read with so many users.</summary>
    /// <param name="users">How many are there, from 1 on.</param>
    /// <param name="planned">How many are to come in all.</param>
    public static bool IsAt(int users, int planned)
    {
        if (users <= 3) return users <= planned;
        var rest = planned;
        while (rest > users) rest -= rest / 2;
        return rest == users;
    }
}
