using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LeanLoad.Http;

/// <summary>
/// Waits until somebody listens where the requests will go. Containers of a pod start together, and an agent is there
/// in milliseconds: without this, a target that needs a second more would be "unreachable".
/// </summary>
static class TargetWait
{
    // Ten tries a second delay a run by no more than a user's first request would.
    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>Tries to connect until it works.</summary>
    /// <param name="target">Where; a connection is made and closed, nothing is sent.</param>
    /// <param name="settings">Where hosts are.</param>
    /// <param name="patience">How long to try; at least once.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null once it worked, else why the last try did not.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static string? For(Uri target, HttpSettings settings, TimeSpan patience, CancellationToken cancel)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (TryConnect(target, settings) is not { } problem) return null;
            cancel.ThrowIfCancellationRequested();
            if (waited.Elapsed >= patience)
            {
                return $"{target.IdnHost}:{target.Port} accepted no connection within --wait-for-target "
                    + $"{patience.TotalSeconds:0.#}s: {problem}.";
            }

            cancel.WaitHandle.WaitOne(Between);
        }
    }

    /// <summary>
    /// One try with each address. Without blocking, so that an address that swallows packets costs a second, not two
    /// minutes.
    /// </summary>
    static string? TryConnect(Uri target, HttpSettings settings)
    {
        try
        {
            var problem = "the name has no address";
            var given = settings.AddressesGivenFor(target.IdnHost, target.Port) ?? Dns.GetHostAddresses(target.IdnHost);
            var addresses = new AddressList(given, target.Port);
            for (var attempt = 0; attempt < addresses.Count; attempt++)
            {
                if (Connect(addresses.At(turn: 0, attempt)) is not { } error) return null;
                problem = new SocketException((int)error).Message;
            }

            return problem;
        }
        catch (SocketException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>Null where it worked.</summary>
    static SocketError? Connect(IPEndPoint address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Connect(address);
            return null;
        }
        catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock
            or SocketError.InProgress)
        {
            if (!socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite)) return SocketError.TimedOut;
            var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return error == SocketError.Success ? null : error;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode;
        }
    }
}
