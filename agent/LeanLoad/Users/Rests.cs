using System.Numerics;

namespace LeanLoad.Users;

/// <summary>
/// Where a ramp rests so that memory can be read: with one, two and three users, as often as they double, and with a
/// half, a quarter, an eighth of all: of 40 at 1, 2, 3, 4, 5, 8, 10, 16, 20, 32 and 40. From 8 of 19 users less can be
/// foretold than from 10.
/// </summary>
/// <remarks>
/// With three, because two say nothing about how much users differ: of eight large users the fourth comes when half of
/// the ramp is over, and the kernel may have ended the run by then.
/// </remarks>
static class Rests
{
    /// <summary>Whether memory is to be read with so many users.</summary>
    /// <param name="users">How many are there, from 1 on.</param>
    /// <param name="planned">How many are to come in all.</param>
    public static bool IsAt(int users, int planned)
    {
        if (users > planned) return false;
        if (users <= 3 || BitOperations.IsPow2(users)) return true;
        var rest = planned;
        while (rest > users) rest -= rest / 2;
        return rest == users;
    }
}
