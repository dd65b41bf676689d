using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class StepChangeTests
{
    [Fact]
    public void Users_that_take_more_than_those_before_them_are_a_step_as_soon_as_one_was_read()
    {
        // As run: 25 users of an eleventh of a MiB, then each takes 1.4.
        var ramp = Plateaus.Linear(16, start: 3, managed: 0.09);
        Assert.Null(StepChange.Seen(ramp));

        ramp.Add(At(28));
        var first = StepChange.Seen(ramp)!.Value;
        Assert.Equal((16, 28, 1), (first.From, first.Last, first.Readings));
        // Nobody saw which of the twelve were the first.
        Assert.Equal((9 * 0.09 + 3 * 1.4) / 12, first.PerUser / Bytes.FromMiB(1).Count, 0.001);

        ramp.Add(At(30));
        var second = StepChange.Seen(ramp)!.Value;
        Assert.Equal((16, 30, 2), (second.From, second.Last, second.Readings));
        Assert.Equal(1.4, second.PerUser / Bytes.FromMiB(1).Count, 0.01);
        Assert.Equal(Size(34), second.At(34) / Bytes.FromMiB(1).Count, 0.01);

        static double Size(int users) => 3 + 25 * 0.09 + (users - 25) * 1.4;

        static Plateau At(int users) => new(users, TimeSpan.FromSeconds(users), new MemoryReading
        {
            Unreclaimable = Bytes.FromMiB(Size(users)),
            Live = Bytes.FromMiB(Size(users) - 2),
        });
    }

    [Fact]
    public void A_single_reading_that_was_too_high_is_none_once_the_next_is_as_foretold() =>
        Assert.Null(StepChange.Seen(Plateaus.Linear(64, start: 3, managed: 1, noise: users => users == 32 ? 20 : 0)));

    [Fact]
    public void A_first_user_who_brings_something_once_and_the_kernels_batches_are_none() =>
        Assert.Null(StepChange.Seen(Plateaus.Linear(64, start: 3, managed: 0.05, first: 4,
            noise: users => users % 3 == 0 ? 0.2 : -0.2)));

    [Fact]
    public void Too_little_before_it_shows_none() =>
        Assert.Null(StepChange.Seen(Plateaus.Linear(4, start: 3, managed: 1, noise: users => users == 4 ? 20 : 0)));
}
