using LeanLoad.Loop;

namespace LeanLoad.Tests.Loop;

/// <summary>Both pollers, for theories: what one does, the other does.</summary>
public enum PollerChoice
{
    Epoll,
    Portable,
}

static class PollerChoices
{
    public static Poller Create(this PollerChoice choice) =>
        choice == PollerChoice.Epoll ? new EpollPoller() : new PortablePoller();
}
