using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

/// <summary>Where this does not hold, the process of all tests ends. Alone: runs beside it would hear, too.</summary>
[CollectionDefinition(nameof(UncaughtRefusalsTests), DisableParallelization = true)]
[Collection(nameof(UncaughtRefusalsTests))]
public sealed class UncaughtRefusalsTests
{
    [Fact]
    public void A_thread_that_is_refused_memory_ends_alone_and_tells()
    {
        var (refused, times) = (new Thread(static () => throw new Wrapped()), 0);
        void Count() => Interlocked.Increment(ref times);

        Assert.True(UncaughtRefusals.TryTell(Count));
        try
        {
            refused.Start();
            Assert.True(refused.Join(TimeSpan.FromSeconds(10)));
        }
        finally
        {
            UncaughtRefusals.TellNoMore(Count);
        }

        Assert.Equal(1, times);
    }

    /// <summary>As a type's initializer wraps it.</summary>
    sealed class Wrapped() : Exception("", new InsufficientMemoryException());
}
