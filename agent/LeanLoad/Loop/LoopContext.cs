namespace LeanLoad.Loop;

/// <summary>
/// Whom code on a loop runs for: one user, or one bootstrap. It is that code's synchronization context, so whatever
/// library it awaits, it goes on on its own loop and its allocations are charged to its own scope.
/// </summary>
class LoopContext(EventLoop loop) : SynchronizationContext
{
    /// <summary>The loop all of this code runs on.</summary>
    public EventLoop Loop => loop;

    /// <summary>The scope that pays while this code runs.</summary>
    public int Scope { get; set; } = Memory.Scope.Engine;

    /// <summary>Queues a continuation; from any thread.</summary>
    public sealed override void Post(SendOrPostCallback d, object? state) => loop.Post(this, d, state);

    /// <exception cref="NotSupportedException">Always: waiting for a loop blocks it, or whoever waits.</exception>
    public sealed override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Code on a loop can't be waited for; post it.");

    public sealed override SynchronizationContext CreateCopy() => this;
}
