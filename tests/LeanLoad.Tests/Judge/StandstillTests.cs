using LeanLoad.Judge;
using Xunit;

namespace LeanLoad.Tests.Judge;

public sealed class StandstillTests
{
    /// <summary>
    /// Seconds of work and of collecting in turn, and the longest stretch that was mostly collecting.
    /// </summary>
    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.0, false, 20.0)]
    [InlineData(0.9, false, 3.0, 0.9, 3.0)]
    [InlineData(4.8, false, 3.0, 4.8, 3.0)]
    [InlineData(5.4, true, 3.0, 5.4, 3.0)]
    [InlineData(5.4, true, 0.0, 5.4)]
    // In pieces: 1.5 s of collecting, a moment of work, again and again.
    [InlineData(5.1, true, 9.0, 1.5, 0.3, 1.5, 0.3, 1.5, 9.0)]
    // Work in between, for a second and more: two stretches.
    [InlineData(4.5, false, 1.0, 4.5, 1.2, 3.0, 1.0)]
    // No more collecting than work, for 6 s.
    [InlineData(0.0, false, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3)]
    public void The_longest_stretch_that_the_collector_took_most_of_is_found(
        double seconds, bool isTooLong, params double[] turns)
    {
        var samples = Series(turns);
        var stood = Standstill.Of(samples, samples.Count > 0 ? samples[^1].At : default, []);

        Assert.InRange(stood.Collecting, seconds - 0.051, seconds + 0.051);
        Assert.Equal(isTooLong, stood.IsTooLong);
    }

    /// <summary>Seven seconds each, as a witness wrote them down: tests/fixtures/README.md says how.</summary>
    [Theory]
    [InlineData("thrashing", 6.0, 7.1, true)]
    [InlineData("churning", 0.0, 3.0, false)]
    public void A_heap_at_its_limit_that_collects_for_ever_is_told_from_one_that_works_hard(
        string recorded, double least, double most, bool isTooLong)
    {
        var samples = CollectorSample.ReadAll(Repository.PathOf("tests", "fixtures", "witness", recorded));

        var stood = Standstill.Of(samples, samples[^1].At, []);

        Assert.InRange(stood.Collecting, least, most);
        Assert.Equal(isTooLong, stood.IsTooLong);
    }

    [Theory]
    [InlineData(false, 0.0, 1.0, 2.0, 3.1)]
    [InlineData(true, 0.0, 1.0, 6.2, 7.2)]
    public void A_journal_that_says_nothing_for_long_is_a_standstill(bool isTooLong, params double[] records)
    {
        var stood = Standstill.Of([], default, [.. records.Select(TimeSpan.FromSeconds)]);

        Assert.Equal(isTooLong, stood.IsTooLong);
        Assert.Equal(isTooLong ? 5.2 : 1.1, stood.Silence, 3);
    }

    [Fact]
    public void What_follows_the_last_sample_is_silence_too()
    {
        var samples = Series(1.0);

        var stood = Standstill.Of(samples, samples[^1].At + TimeSpan.FromSeconds(6), []);

        Assert.Equal(6, stood.Silence, 3);
        Assert.True(stood.IsTooLong);
    }

    [Fact]
    public void One_pause_is_told_from_many()
    {
        CollectorSample[] samples = [At(0, 0), At(0.05, 0.03), At(1.4, 1.35), At(1.45, 1.39)];

        Assert.Equal(1.32, Standstill.Of(samples, samples[^1].At, []).Pause, 3);
    }

    // Looks every 50 ms; while the collector pauses nobody else runs, so collecting shows as pauses of 150 ms.
    static List<CollectorSample> Series(params double[] turns)
    {
        var (samples, now, paused) = (new List<CollectorSample>(), 100.0, 0.0);
        for (var turn = 0; turn < turns.Length; turn++)
        {
            var (isCollecting, step) = turn % 2 == 1 ? (true, 0.15) : (false, 0.05);
            for (var end = now + turns[turn] - 0.001; now < end;)
            {
                samples.Add(At(now, paused));
                now += step;
                if (isCollecting) paused += step;
            }
        }

        if (turns.Length > 0) samples.Add(At(now, paused));
        return samples;
    }

    static CollectorSample At(double seconds, double paused) =>
        new(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(paused));
}
