using System.Net.Sockets;
using LeanLoad.Loop;

namespace LeanLoad.Benchmarking.Targets;

/// <summary>
/// Connections to an <see cref="InMemoryTarget"/>: what was asked for in one turn is readable in the next, as with a
/// kernel and a fast server.
/// </summary>
/// <param name="target">Who answers.</param>
sealed class MemoryPoller(InMemoryTarget target) : Poller
{
    readonly AutoResetEvent woken = new(false);
    List<MemoryChannel> ready = [];
    List<MemoryChannel> told = [];

    public override Channel Open(AddressFamily family, IChannelOwner owner) => new MemoryChannel(this, target, owner);

    public override void Wait(TimeSpan timeout, ITurn turn)
    {
        if (ready.Count == 0)
        {
            woken.WaitOne(timeout < TimeSpan.Zero ? Timeout.Infinite : (int)Math.Ceiling(timeout.TotalMilliseconds));
        }

        turn.Begin();
        (ready, told) = (told, ready);
        foreach (var channel in told) channel.Tell(turn);
        told.Clear();
    }

    public override void Wake() => woken.Set();

    public override void Dispose() => woken.Dispose();

    /// <summary>Has a channel's owner told in the next turn.</summary>
    public void Ready(MemoryChannel channel) => ready.Add(channel);
}
