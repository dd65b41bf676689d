using System.Net.Sockets;

namespace LeanLoad.Tests.Diagnostics;

/// <summary>A Unix socket as a killed process leaves it: there, and nobody listens.</summary>
static class StaleSocket
{
    public static void Leave(string path)
    {
        var left = path + ".left";
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(left));
        // A socket removes the path it was bound to when it is closed; this one has been moved away by then.
        File.Move(left, path);
    }
}
