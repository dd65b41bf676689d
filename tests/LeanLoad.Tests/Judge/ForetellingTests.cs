using LeanLoad.Judge;
using Xunit;
using static LeanLoad.Tests.Judge.JudgedCases;

namespace LeanLoad.Tests.Judge;

/// <summary>Projections held against the peak that came.</summary>
public sealed class ForetellingTests
{
    // Of a peak of 100: the third is 4 % too high, the fourth 2 % too low and sure of it, the last is half as much
    // again.
    static readonly RunOutcome Reached = Run(0) with
    {
        Peak = 100,
        Admitted = 40,
        Projections =
        [
            new(At: 1, Users: 3, Lower: 70, Expected: 80, Upper: 90),
            new(At: 2, Users: 4, Lower: 60, Expected: 70, Upper: 80),
            new(At: 3, Users: 4, Lower: 95, Expected: 104, Upper: 110),
            new(At: 4, Users: 5, Lower: 97, Expected: 98, Upper: 99),
            new(At: 5, Users: 9, Lower: 100, Expected: 150, Upper: 200),
        ],
    };

    /// <summary>Users, the share of them; the error of the last projection by then, and whether it holds the peak.
    /// </summary>
    [Theory]
    [InlineData(10, 0.10, 0.04, true)]
    [InlineData(10, 0.25, 0.04, true)]
    [InlineData(10, 0.50, -0.02, false)]
    [InlineData(10, 0.90, 0.50, true)]
    [InlineData(16, 0.25, 0.04, true)]
    [InlineData(17, 0.25, -0.02, false)]
    [InlineData(40, 0.25, 0.50, true)]
    public void The_projection_in_force_at_a_share_of_the_users_is_the_one_that_counts(
        int users, double share, double error, bool isCovered)
    {
        var all = new Findings([Of(Killed, Run(86), workload: "tls") with { Users = users, Needed = Reached }]);

        var one = Assert.Single(all.ForetoldAt(share));
        Assert.Equal(error, one.Error, 12);
        Assert.Equal(isCovered, one.IsCovered);
        Assert.Single(all.ForetoldAt(share, "tls"));
        Assert.Empty(all.ForetoldAt(share, "linear"));
        Assert.Equal(["tls"], all.Foretold);
    }

    /// <summary>The least and the most that were held likely, and whether a peak of 100 lies between.</summary>
    [Theory]
    [InlineData(99, 101, true)]
    [InlineData(100, 100, true)]
    [InlineData(101, 110, false)]
    [InlineData(90, 99, false)]
    public void An_interval_holds_its_ends(long lower, long upper, bool isCovered) =>
        Assert.Equal(isCovered, new Foretelling("", new(1, 4, lower, 95, upper), Real: 100).IsCovered);

    [Fact]
    public void Errors_are_sorted_without_their_signs()
    {
        Foretelling[] all = [.. Reached.Projections.Select(static seen => new Foretelling("", seen, Real: 100))];

        Assert.Equal([0.02, 0.04, 0.2, 0.3, 0.5], Foretelling.Errors(all));
    }

    [Fact]
    public void Who_did_not_reach_the_peak_or_cannot_be_foretold_says_nothing_and_is_counted()
    {
        var found = new Findings([
            // Stopped on the way, and not asked what it would have needed.
            Of(Killed, Reached with { ExitCode = 86 }),
            Of(Alive(), Reached, workload: "step"),
            Of(Alive(), Reached, workload: "leak"),
            Of(CutShort, Reached),
            // The machine was too slow for it: its peak is that of fewer users.
            Of(Alive(), Reached with { Admitted = 9 }),
            // They are in, and have not all started.
            Of(Alive(), Reached with { Ran = 9 }),
            // The first was too late.
            Of(Alive(), Reached with { Projections = Reached.Projections[3..] }),
        ]);

        Assert.Empty(found.ForetoldAt(0.25));
        Assert.Equal(1, found.Void);
        // The last of them knew at half.
        Assert.Single(found.ForetoldAt(0.50));
        Assert.Equal((1, 2, 1), LeftOut(0.25));
        Assert.Equal((1, 2, 0), LeftOut(0.50));
        Assert.Equal(0, found.LeftOut(Untold.NoPeak, 0.25, "tls"));

        (int, int, int) LeftOut(double share) => (found.LeftOut(Untold.NoPeak, share),
            found.LeftOut(Untold.FewerUsers, share), found.LeftOut(Untold.NoProjection, share));
    }
}
