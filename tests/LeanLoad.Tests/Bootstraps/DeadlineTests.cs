using LeanLoad.Bootstraps;
using Xunit;

namespace LeanLoad.Tests.Bootstraps;

public sealed class DeadlineTests
{
    [Fact]
    public void It_passes_by_the_clock_and_whoever_looks_has_the_authors_code_asked_to_end()
    {
        using var asked = new ManualResetEventSlim();
        using var deadline = new Deadline(TimeSpan.FromMilliseconds(30), CancellationToken.None);
        using var registration = deadline.Token.Register(asked.Set);

        // No timer does it.
        Assert.False(asked.Wait(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken));
        deadline.Await(new TaskCompletionSource().Task);

        Assert.True(deadline.HasPassed());
        Assert.True(asked.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Code_that_does_not_return_when_it_is_asked_to_end_keeps_nobody()
    {
        using var forGood = new ManualResetEventSlim();
        using var deadline = new Deadline(TimeSpan.Zero, CancellationToken.None);
        using var registration = deadline.Token.Register(forGood.Wait);

        deadline.Await(new TaskCompletionSource().Task);

        Assert.True(deadline.HasPassed());
        forGood.Set();
    }

    [Fact]
    public async Task Nor_does_it_keep_whoever_is_done_with_it_where_a_signal_is_what_it_hears()
    {
        using var forGood = new ManualResetEventSlim();
        using var hears = new ManualResetEventSlim();
        using var signal = new CancellationTokenSource();
        var deadline = new Deadline(null, signal.Token);
        using var registration = deadline.Token.Register(() =>
        {
            hears.Set();
            forGood.Wait(TimeSpan.FromSeconds(30));
        });
        var signalling = signal.CancelAsync();
        Assert.True(hears.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));

        deadline.Await(new TaskCompletionSource().Task);
        deadline.Dispose();

        Assert.False(signalling.IsCompleted);
        forGood.Set();
        await signalling;
    }

    [Fact]
    public void A_task_that_has_ended_is_not_waited_for_and_asked_nothing()
    {
        using var deadline = new Deadline(null, CancellationToken.None);
        deadline.Await(Task.FromException(new InvalidOperationException("of its own")));
        Assert.False(deadline.HasPassed());
    }
}
