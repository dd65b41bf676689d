using System.Globalization;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Attribution;
using Xunit;

namespace LeanLoad.Tests.Attribution;

public sealed class GrowthWatchTests
{
    /// <summary>
    /// Stretches of a run, each "seconds users MiB-per-second"; whether growth is found, with which users, since and
    /// until when.
    /// </summary>
    [Theory]
    [InlineData("one that leaks", "60 40 0.5", 40, 0, 59)]
    [InlineData("users that come one by one keep what they take", "5 1 0.5,5 2 0.5,5 3 0.5,5 4 0.5,5 5 0.5,60 5 0")]
    [InlineData("a leak in an earlier stretch", "60 20 0.5,600 40 0", 20, 0, 59)]
    [InlineData("where the most was added", "60 20 0.5,60 30 2,60 40 0.5", 30, 60, 119)]
    [InlineData("who goes at the end ends it", "60 40 0.5,3 30 0,3 10 0,60 0 0.5", 40, 0, 59)]
    [InlineData("nobody there", "60 0 0.5")]
    [InlineData("not enough data", "6 40 0.5")]
    [InlineData("a leak that begins late", "3600 40 0,60 40 0.5", 40, 3598, 3659)]
    public void Growth_is_looked_for_in_each_stretch_with_the_same_users(
        string what, string stretches, int? users = null, int since = 0, int until = 0)
    {
        var watch = new GrowthWatch();
        Feed(watch, stretches);
        var found = watch.Found;
        Assert.True(users == found?.Users, $"{what}: {found}");
        if (found is null) return;
        Assert.InRange(found.Since.TotalSeconds, since - 2, since + 2);
        Assert.InRange(found.Until.TotalSeconds, until - 2, until + 2);
    }

    [Fact]
    public void Where_the_agent_does_not_tell_what_is_kept_nothing_is_known()
    {
        var watch = new GrowthWatch();
        for (var second = 0; second < 60; second++)
        {
            watch.Add(Tick(second, 40) with { Memory = new() { Unreclaimable = Bytes.FromMiB(20 + second) } }, []);
        }

        Assert.Null(watch.Found);
        Assert.Equal(TimeSpan.Zero, watch.Longest);
    }

    [Fact]
    public void Users_who_start_are_not_the_same_users()
    {
        var watch = new GrowthWatch();
        for (var second = 0; second < 60; second++)
        {
            watch.Add(Tick(second, 40) with { UsersAdmitted = 41, Kept = Kept(20 + second) }, []);
        }

        Assert.Null(watch.Found);
    }

    [Fact]
    public void Users_who_take_the_place_of_others_are_as_many()
    {
        var watch = new GrowthWatch();
        for (var second = 0; second < 60; second++)
        {
            watch.Add(Tick(second, 40) with
            {
                UsersAdmitted = 40 + second,
                UsersStopped = second / 2,
                UsersFailed = second - second / 2,
                Kept = Kept(20 + second),
            }, []);
        }

        Assert.Equal(40, watch.Found?.Users);
    }

    /// <summary>Flat for an hour, in which another scope allocates; then one leaks.</summary>
    [Fact]
    public void What_each_scope_allocated_is_counted_from_when_growth_began()
    {
        var watch = new GrowthWatch();
        for (var second = 0; second < 3720; second++)
        {
            var leaked = Math.Max(0, second - 3600);
            ScopeCharged[] charged =
            [
                new(default, 0, 4, Bytes.FromMiB(Math.Min(second, 3500)), 0),
                new(default, 0, 5, Bytes.FromMiB(leaked), 0), new(default, 1, 5, Bytes.FromMiB(leaked), 0),
            ];
            watch.Add(Tick(second, 40) with { Kept = Kept(20 + leaked * 2) }, charged);
        }

        var found = watch.Found!;
        var (scope, allocated) = Assert.Single(found.Scopes);
        Assert.Equal(5, scope);
        Assert.InRange(allocated.MiB, 200, 238);
        Assert.Equal((allocated, allocated), (found.Added, found.Managed));
    }

    static void Feed(GrowthWatch watch, string stretches)
    {
        var (second, kept) = (0, 20.0);
        foreach (var text in stretches.Split(','))
        {
            var words = text.Split(' ').Select(static word => double.Parse(word, CultureInfo.InvariantCulture))
                .ToArray();
            for (var end = second + words[0]; second < end; second++, kept += words[2])
            {
                watch.Add(Tick(second, (int)words[1]) with { Kept = Kept(kept) }, []);
            }
        }
    }

    static Tick Tick(int second, int users) => new()
    {
        At = TimeSpan.FromSeconds(second),
        UsersPlanned = 40,
        UsersAdmitted = users,
        UsersRunning = users,
    };

    static Kept Kept(double amount) => new(Bytes.FromMiB(amount), Bytes.FromMiB(amount), Bytes.FromMiB(amount - 10));
}
