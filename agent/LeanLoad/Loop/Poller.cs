using System.Net.Sockets;

namespace LeanLoad.Loop;

/// <summary>Waits for the sockets of one loop. All but <see cref="Wake"/> is for the loop's thread.</summary>
abstract class Poller : IDisposable
{
    /// <summary>The fastest one that this system has.</summary>
    public static Poller Create() => OperatingSystem.IsLinux() ? new EpollPoller() : new PortablePoller();

    /// <summary>What to do when there is no descriptor left.</summary>
    protected const string DescriptorAdvice =
        "Each connection holds one: raise the limit with `ulimit -n`, have fewer users, or share connections with "
        + "--connections.";

    /// <summary>A new socket, watched from now on.</summary>
    /// <exception cref="DescriptorsExhaustedException">No descriptor is left; the message says what to
    /// raise.</exception>
    /// <exception cref="IOException">The system refuses the socket, for want of memory or of the address
    /// family.</exception>
    public abstract Channel Open(AddressFamily family, IChannelOwner owner);

    /// <summary>
    /// Waits until a socket is ready, <see cref="Wake"/> is called, or the time is over, and tells the owners.
    /// </summary>
    /// <param name="timeout">Zero to look only, negative without end. What is finer than the system can wait is rounded
    /// up.</param>
    /// <param name="turn">Told when the waiting is over, then which owners have something to do.</param>
    public abstract void Wait(TimeSpan timeout, ITurn turn);

    /// <summary>Ends a <see cref="Wait"/> early, from any thread.</summary>
    public abstract void Wake();

    public abstract void Dispose();
}

/// <summary>What happens between two waits.</summary>
interface ITurn
{
    /// <summary>The waiting is over: one reading of the clock serves all that follows.</summary>
    void Begin();

    /// <summary>
    /// Has an owner act. Never throws: the events of the others in the batch would be lost, and an edge is told once.
    /// </summary>
    void Tell(IChannelOwner owner, bool isReadable, bool isWritable);
}
