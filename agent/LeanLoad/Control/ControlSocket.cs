using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LeanLoad.Diagnostics;

namespace LeanLoad.Control;

/// <summary>
/// The agent's control socket: a Unix socket that only its own user may use (mode 0600), a JSON object a line, one
/// reply a line, in order. At most <see cref="MostClients"/> clients; further ones are told so. Served by the control
/// thread between its steps, so that a command meets no lock.
/// </summary>
sealed class ControlSocket : IDisposable
{
    public const int MostClients = 8;

    readonly string path;
    readonly Socket listener;
    readonly List<ControlClient> clients = [];
    readonly List<Socket> readable = [];
    readonly List<Socket> writable = [];

    ControlSocket(string path, Socket listener) => (this.path, this.listener) = (path, listener);

    /// <summary>
    /// Does what a command asks for and writes the reply's properties; null, or why it can't be done.
    /// </summary>
    public delegate string? Handler(in ControlCommand command, Utf8JsonWriter reply);

    /// <summary>Opens the socket; one that is left over from a process that is gone is replaced.</summary>
    /// <param name="path">Where; 107 bytes at most, as the system has it (<c>man 7 unix</c>).</param>
    /// <param name="socket">The socket.</param>
    /// <param name="problem">What is wrong, naming the option.</param>
    public static bool TryOpen(
        string path, [NotNullWhen(true)] out ControlSocket? socket, [NotNullWhen(false)] out string? problem)
    {
        (socket, problem) = (null, null);
        if (Encoding.UTF8.GetByteCount(path) > 107)
        {
            problem = $"--control \"{path}\" is longer than the 107 bytes that a Unix socket's path may have; name a "
                + "shorter one.";
            return false;
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var end = new UnixDomainSocketEndPoint(path);
            if (File.Exists(path))
            {
                if (IsAlive(end))
                {
                    problem = $"--control \"{path}\": another process listens there; name another path.";
                    listener.Dispose();
                    return false;
                }

                if (FileKinds.Of(path) != FileKind.Socket)
                {
                    problem = $"--control \"{path}\" is there and is no socket; name another path.";
                    listener.Dispose();
                    return false;
                }

                File.Delete(path);
            }

            listener.Bind(end);
            // Before it listens nobody can connect: there is no moment in which others could.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            listener.Blocking = false;
            listener.Listen(MostClients);
            socket = new ControlSocket(path, listener);
            return true;
        }
        catch (Exception refused) when (refused is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            problem = $"--control \"{path}\" could not be opened: {refused.Message}";
            return false;
        }
    }

    /// <summary>Waits for commands and answers them.</summary>
    /// <param name="wait">At most this long where nothing comes; zero: answers what is there.</param>
    /// <param name="handler">Does what is asked for.</param>
    public void Serve(TimeSpan wait, Handler handler)
    {
        readable.Clear();
        writable.Clear();
        readable.Add(listener);
        foreach (var client in clients) (client.HasReplies ? writable : readable).Add(client.Socket);
        Socket.Select(readable, writable, null, wait);
        if (readable.Contains(listener)) Accept();
        foreach (var client in clients)
        {
            if (writable.Contains(client.Socket)) client.Send();
            else if (readable.Contains(client.Socket)) client.Read(line => Answer(line, handler), TooLong);
        }

        for (var index = clients.Count - 1; index >= 0; index--)
        {
            if (!clients[index].IsOver) continue;
            clients[index].Dispose();
            clients.RemoveAt(index);
        }
    }

    /// <summary>Answers what has come, and closes.</summary>
    public void Close(Handler handler)
    {
        for (var round = 0; round < MostClients; round++) Serve(TimeSpan.Zero, handler);
        Dispose();
    }

    public void Dispose()
    {
        foreach (var client in clients) client.Dispose();
        clients.Clear();
        if (!listener.SafeHandle.IsClosed) File.Delete(path);
        listener.Dispose();
    }

    static bool IsAlive(UnixDomainSocketEndPoint end)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(end);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    void Accept()
    {
        try
        {
            var accepted = listener.Accept();
            accepted.Blocking = false;
            var client = new ControlClient(accepted);
            if (clients.Count < MostClients)
            {
                clients.Add(client);
                return;
            }

            client.Refuse(Reply(default, $"{MostClients} clients are connected, which is the most", null));
            client.Dispose();
        }
        catch (SocketException)
        {
            // Gone before it was let in.
        }
    }

    static byte[] TooLong() => Reply(default, $"the line is longer than {ControlClient.MaxLine} bytes", null);

    static byte[] Answer(ReadOnlyMemory<byte> line, Handler handler)
    {
        JsonDocument document;
        try
        {
            document = Parse(line);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return Reply(default, $"no JSON: {wrong.Message}", null);
        }

        using (document)
        {
            var root = document.RootElement;
            var id = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("id", out var given) ? given
                : default;
            return ControlCommand.TryRead(root, out var command, out var problem)
                ? Reply(id, null, reply => handler(command, reply))
                : Reply(id, problem, null);
        }
    }

    /// <summary>
    /// A document whose every string can be read. <see cref="JsonDocument"/> alone looks at no string before it is
    /// asked for: bytes that are no UTF-8, or half a surrogate pair, would throw wherever that is.
    /// </summary>
    static JsonDocument Parse(ReadOnlyMemory<byte> line)
    {
        var tokens = new Utf8JsonReader(line.Span);
        while (tokens.Read())
        {
            if (tokens.TokenType is JsonTokenType.String or JsonTokenType.PropertyName) tokens.GetString();
        }

        return JsonDocument.Parse(line);
    }

    /// <summary><c>{"id":…,"ok":true,…}</c>, or <c>"ok":false</c> with <c>"error"</c>.</summary>
    static byte[] Reply(JsonElement id, string? problem, Func<Utf8JsonWriter, string?>? write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (id.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            {
                json.WritePropertyName("id");
                id.WriteTo(json);
            }

            problem ??= write?.Invoke(json);
            json.WriteBoolean("ok", problem is null);
            if (problem is not null) json.WriteString("error", problem);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
