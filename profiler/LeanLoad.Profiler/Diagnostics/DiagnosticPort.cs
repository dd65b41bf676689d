using System.Net.Sockets;
using System.Text;
using LeanLoad.Diagnostics;
using LeanLoad.Profiler.Agents;

namespace LeanLoad.Profiler.Diagnostics;

/// <summary>A Unix socket on which we wait for a runtime to connect, in a directory that only we may enter.</summary>
sealed class DiagnosticPort : IDisposable
{
    /// <summary>Longest path of a Unix socket: <c>sun_path</c> has 108 bytes with the final zero
    /// (<c>man 7 unix</c>).</summary>
    public const int LongestPath = 107;

    readonly string? ownDirectory;

    DiagnosticPort(string path, string? ownDirectory) => (Path, this.ownDirectory) = (path, ownDirectory);

    /// <summary>The socket.</summary>
    public string Path { get; }

    /// <summary>Makes one in a new private directory (mode 0700), for an agent that we start.</summary>
    public static DiagnosticPort Create()
    {
        var directory = Directory.CreateTempSubdirectory("ll-").FullName;
        if (Encoding.UTF8.GetByteCount(directory) + "/port".Length > LongestPath)
        {
            Directory.Delete(directory);
            throw new AgentException($"The directory for temporary files is too deep for a socket ({directory}); set "
                + "TMPDIR to a shorter one, such as /tmp.");
        }

        return new DiagnosticPort(System.IO.Path.Combine(directory, "port"), directory);
    }

    /// <summary>One at a path that the agent's configuration names, for a sidecar.</summary>
    /// <exception cref="AgentException">The path is too long, or its directory does not exist.</exception>
    public static DiagnosticPort At(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (Encoding.UTF8.GetByteCount(full) > LongestPath)
        {
            throw new AgentException($"--port {path} is longer than {LongestPath} bytes, the most that a Unix "
                + "socket's path may have.")
            { ExitCode = 2 };
        }

        if (System.IO.Path.GetDirectoryName(full) is not { } directory || !Directory.Exists(directory))
        {
            throw new AgentException($"--port {path}: its directory does not exist. Mount the volume that agent and "
                + "profiler share there.")
            { ExitCode = 2 };
        }

        if (full.Contains(','))
        {
            throw new AgentException($"--port {path} contains a comma, which parts the options of a diagnostic port; "
                + "choose another path.")
            { ExitCode = 2 };
        }

        RemoveStale(path, full);
        return new DiagnosticPort(full, null);
    }

    /// <summary>Tells a runtime that will be started to wait at its first instruction until we let it go.</summary>
    public void AddTo(IDictionary<string, string?> environment) =>
        environment["DOTNET_DiagnosticPorts"] = Path + ",suspend";

    /// <summary>Removes the socket, and its directory if it is ours.</summary>
    public void Dispose()
    {
        try
        {
            File.Delete(Path);
            if (ownDirectory is not null) Directory.Delete(ownDirectory, recursive: true);
        }
        catch (IOException)
        {
            // Somebody else removed it first: it is gone, as wanted.
        }
    }

    /// <summary>A socket that a killed profiler left behind would make binding fail; one that answers belongs to
    /// another profiler.</summary>
    static void RemoveStale(string path, string full)
    {
        if (!File.Exists(full)) return;
        if (FileKinds.Of(full) != FileKind.Socket)
        {
            // A plain file refuses a connection just as a stale socket does; it is not ours to remove.
            throw new AgentException($"--port {path} is there and is no socket; choose another path.") { ExitCode = 2 };
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(full));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(full);
            return;
        }
        catch (SocketException error)
        {
            throw new AgentException($"--port {path} exists and is no free socket ({error.Message}); remove it or "
                + "choose another path.", error)
            {
                ExitCode = 2,
            };
        }

        throw new AgentException($"--port {path} is in use by another profiler; end it or choose another path.")
        {
            ExitCode = 2,
        };
    }
}
