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
    /// <param name="clock">Told once, between the waiting and the telling.</param>
    public abstract void Wait(int timeoutMs, ITurnClock clock);

    /// <summary>Ends a <see cref="Wait"/> early, from any thread.</summary>
    public abstract void Wake();

    public abstract void Dispose();
}

/// <summary>Takes the time of a turn: one reading serves all that happens in it.</summary>
interface ITurnClock
{
    void BeginTurn();
}
