using LeanLoad.Profiler.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Capture;

public sealed class AllocationSampleTests
{
    [Theory]
    // s / (1 - (1 - 1/102400)^s): a small object stands for the mean distance and half of itself
    [InlineData(24, 102_412)]
    [InlineData(102_400, 161_994)] // nearly 102400 / (1 - 1/e)
    [InlineData(10_000_000, 10_000_000)]
    [InlineData(0, 0)]
    public void A_sample_stands_for_its_size_over_its_chance_of_being_picked(long size, double weight) =>
        Assert.Equal(weight, AllocationSample.WeightOf(new Bytes(size)), 1.0);
}
