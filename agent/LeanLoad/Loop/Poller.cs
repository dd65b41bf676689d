using System.Net.Sockets;

namespace LeanLoad.Loop;

/// <summary>Waits for the sockets of one loop. All but <see cref="Wake"/> is for the loop's thread.</summary>
abstract class Poller : IDisposable
{
    /// <summary>The fastest one that this system has.</summary>
    public static Poller Create() => OperatingSystem.IsLinux() ? new EpollPoller() : new PortablePoller();

    /// <summary>A new socket, watched from now on.</summary>
    /// <exception cref="IOException">The process has no descriptor left; the message says what to raise.</exception>
    public abstract Channel Open(AddressFamily family, IChannelOwner owner);

    /// <summary>Waits until a socket is ready, <see cref="Wake"/> is called, or the time is over, and tells the owners.</summary>
    /// <param name="timeoutMs">0 to look only, -1 without end.</param>
    /// <param name="turn">Told when the waiting is over, then which owners have something to do.</param>
    public abstract void Wait(int timeoutMs, ITurn turn);

    /// <summary>Ends a <see cref="Wait"/> early, from any thread.</summary>
    public abstract void Wake();

    public abstract void Dispose();
}

/// <summary>What happens between two waits.</summary>
interface ITurn
{
    /// <summary>The waiting is over: one reading of the clock serves all that follows.</summary>
    void Begin();

    /// <summary>Has an owner act. Never throws: the events of the others in the batch would be lost, and an edge is told once.</summary>
    void Tell(IChannelOwner owner, bool isReadable, bool isWritable);
}
