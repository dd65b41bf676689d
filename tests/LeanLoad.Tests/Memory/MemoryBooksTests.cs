using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class MemoryBooksTests
{
    [Fact]
    public void Both_columns_sum_to_what_is_charged_owner_by_owner()
    {
        var plateaus = Plateaus.Linear(32, start: 4, managed: 2, native: 0.25, kernel: 0.125, first: 3);
        var books = MemoryBooks.Of(plateaus)!;
        Assert.Equal((16, 32), (books.From, books.Users));
        Assert.Equal(plateaus[^1].Reading.Unreclaimable, books.Measured);
        Assert.Equal(0, books.Error, 0.001);
        Assert.Equal(
            [4, 3 + 64, 4, 8], books.Lines.Select(static line => Math.Round(line.Measured.MiB, 2)));
        Assert.All(books.Lines, static line => Assert.Equal(line.Measured.MiB, line.Expected.MiB, 0.01));
    }

    [Fact]
    public void Users_that_keep_more_than_those_before_them_show_as_a_difference_of_their_owner()
    {
        var plateaus = Plateaus.Linear(32, start: 4, managed: 2);
        plateaus[^1] = plateaus[^1] with
        {
            Reading = plateaus[^1].Reading with { Unreclaimable = Bytes.FromMiB(78), Live = Bytes.FromMiB(74.5) },
        };
        var books = MemoryBooks.Of(plateaus)!;
        Assert.Equal(-10.0 / 78, books.Error, 0.001);
        Assert.Equal(-10, (books.Lines[1].Expected - books.Lines[1].Measured).MiB, 0.01);
    }

    /// <summary>Charged grows by less than the heap: into pages that were charged before.</summary>
    [Fact]
    public void Native_memory_below_nothing_is_not_shown_and_every_sum_holds()
    {
        var plateaus = Plateaus.Linear(32, start: 40, managed: 2, native: -0.25, kernel: 0.125);
        var books = MemoryBooks.Of(plateaus)!;
        Assert.Equal(plateaus[^1].Reading.Unreclaimable, books.Measured);
        Assert.Equal([40, 32 * 1.75, 4, 0], books.Lines.Select(static line => Math.Round(line.Measured.MiB, 2)));
        Assert.DoesNotContain(books.Lines, static line => line.Expected < Bytes.Zero || line.Measured < Bytes.Zero);

        var projection = Plateaus.Project(plateaus, planned: 64);
        Assert.Equal((Bytes.FromMiB(1.75), Bytes.Zero),
            (projection.PerUser.AsCharged.Managed, projection.PerUser.AsCharged.Native));
        Assert.Equal(projection.PerUser.Total, projection.PerUser.AsCharged.Total);
        Assert.DoesNotContain(projection.Lines, static line => line.Amount < Bytes.Zero || line.Owner.Contains('-'));
        Assert.Equal(projection.Expected,
            projection.Lines.Aggregate(Bytes.Zero, static (sum, line) => sum + line.Amount));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Too_few_plateaus_are_no_books(int last) =>
        Assert.Null(MemoryBooks.Of(Plateaus.Linear(last, start: 4, managed: 2)));

    [Theory]
    // Last users of 1,000 planned, MiB a user: whether that is enough to plan by.
    [InlineData(4, 2, false)]
    [InlineData(8, 2, true)]
    [InlineData(16, 2, true)]
    [InlineData(16, 0.01, false)]
    [InlineData(256, 0.01, true)]
    public void A_canary_is_as_many_users_as_their_interval_takes(int last, double each, bool isEnough)
    {
        var plateaus = Plateaus.Linear(last, start: 4, managed: each);
        var projection = Plateaus.Project(plateaus, planned: 1000);
        Assert.Equal(isEnough, Canary.IsEnough(plateaus, projection, default));
    }
}
