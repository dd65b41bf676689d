using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace LeanLoad.Http;

/// <summary>Waits for a target that starts beside the agent, as in a pod, where nothing says who is first.</summary>
static class TargetProbe
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Tries until the target accepts a connection. Nothing is sent.</summary>
    /// <param name="url">The target.</param>
    /// <param name="patience">How long; at least one try.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="problem">Why the last try failed.</param>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static bool TryReach(Uri url, TimeSpan patience, CancellationToken cancel, [NotNullWhen(false)] out string? problem)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                using var socket = new TcpClient();
                socket.Connect(url.IdnHost, url.Port);
                problem = null;
                return true;
            }
            catch (SocketException refused)
            {
                problem = refused.Message;
            }

            if (Stopwatch.GetElapsedTime(began) >= patience) return false;
            cancel.WaitHandle.WaitOne(Pause);
        }
    }
}
