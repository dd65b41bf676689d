using LeanLoad.Benchmarks.Counting;
using Xunit;

namespace LeanLoad.Tests.Counting;

public sealed class RepetitionTests
{
    object? kept;

    /// <summary>At one operation in so many, an object of 24 bytes.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 24 * 65_536)]
    [InlineData(1_024, 24 * 64)]
    [InlineData(65_536, 24)]
    public void Every_byte_is_counted_however_rare(int every, long bytes)
    {
        var calls = 0;
        var operation = new Operation("A.B.C", IsBaseline: false, () => Counted(() =>
        {
            if (every > 0 && ++calls % every == 0) kept = new object();
        }));

        Assert.Equal(bytes, Repetition.AllocatedBytes(operation));
        Assert.Equal(every > 0, kept is not null);
    }

    [Fact]
    public void What_is_allocated_before_the_operation_is_warm_does_not_count()
    {
        var calls = 0;
        var operation = new Operation("A.B.C", IsBaseline: false, () =>
        {
            kept = new byte[1_000];
            return Counted(() =>
            {
                if (calls++ < 10) kept = new object();
            });
        });

        Assert.Equal(0, Repetition.AllocatedBytes(operation, operations: 10));
    }

    [Fact]
    public void A_call_that_does_several_operations_is_made_so_much_less_often()
    {
        var operation = new Operation("A.B.C", IsBaseline: false, () => Counted(Allocate)) { PerCall = 64 };

        Assert.Equal(24 * 1_024, Repetition.AllocatedBytes(operation));
    }

    /// <summary>The calls of the warm-up and the one after it, then those that are counted.</summary>
    [Theory]
    [InlineData(false, 24)]
    [InlineData(true, 0)]
    public void What_another_thread_allocates_once_is_no_operations(bool isElsewhere, long bytes)
    {
        var calls = 0;
        void Once()
        {
            if (++calls == 15) Allocate();
        }

        var operation = new Operation("A.B.C", IsBaseline: false, () => Counted(Once)) { IsElsewhere = isElsewhere };

        Assert.Equal(bytes, Repetition.AllocatedBytes(operation, operations: 10));
    }

    [Fact]
    public void What_another_thread_allocates_now_and_then_counts()
    {
        var calls = 0;
        void AtTimes()
        {
            if (++calls % 8 == 0) Allocate();
        }

        var operation = new Operation("A.B.C", IsBaseline: false, () => Counted(AtTimes)) { IsElsewhere = true };

        Assert.Equal(24, Repetition.AllocatedBytes(operation, operations: 10));
    }

    void Allocate() => kept = new object();

    static Prepared Counted(Action call) => new(call, GC.GetAllocatedBytesForCurrentThread, static () => { });
}
