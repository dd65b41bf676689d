using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace LeanLoad.Benchmarking.Targets;

/// <summary>
/// A server without sockets: answers that are written before the first request, each once, so that the target itself
/// allocates nothing while it is asked. What it has no answer to gets 404, and is remembered in
/// <see cref="Unanswered"/>.
/// </summary>
/// <remarks>
/// All of the agent's engine is real against it, from the rendered request to the parsed response, but for the kernel:
/// no socket, no thread of a server, no TLS. So allocations are exact, and the same on every machine.
/// </remarks>
public sealed class InMemoryTarget
{
    /// <summary>Kept of what had no answer.</summary>
    const int MostUnanswered = 16;

    static readonly byte[] NotFound = Render(404, "text/plain", "the in-memory target has no answer to this"u8, []);

    readonly List<Route> routes = [];
    readonly ConcurrentQueue<string> unanswered = new();

    /// <summary>Requests that had no answer, the first 16: <c>GET /token</c>.</summary>
    public IReadOnlyCollection<string> Unanswered => unanswered;

    /// <summary>
    /// Answers a method and path with a body. Of several answers to a request, the one given first counts.
    /// </summary>
    /// <param name="method">As it is sent: <c>GET</c>.</param>
    /// <param name="path">With its leading slash, without query; a segment in braces stands for any one:
    /// <c>/v2/{repository}/manifests/{digest}</c>.</param>
    /// <param name="body">The body; empty for none.</param>
    /// <param name="status">The status code, 200 to 599.</param>
    /// <param name="contentType">The Content-Type.</param>
    /// <param name="headers">Further headers.</param>
    /// <returns>This target, for the next answer.</returns>
    public InMemoryTarget Answer(
        string method, string path, ReadOnlySpan<byte> body, int status = 200, string contentType =
            "application/octet-stream",
        params (string Name, string Value)[] headers)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(path);
        if (!path.StartsWith('/')) throw new ArgumentException(
            $"\"{path}\" is no path: it begins with a slash.", nameof(path));
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 200);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return Raw(method, path, Render(status, contentType, body, headers));
    }

    /// <summary>Answers with a whole response, status line and headers included.</summary>
    internal InMemoryTarget Raw(string method, string path, byte[] response)
    {
        routes.Add(new Route(Encoding.ASCII.GetBytes(method + " "), PathPattern.Parse(path), response));
        return this;
    }

    /// <summary>Answers a GET with text.</summary>
    /// <inheritdoc cref="Answer"/>
    public InMemoryTarget Get(
        string path, string body, int status = 200, string contentType =
            "application/json", params (string Name, string Value)[] headers) =>
        Answer("GET", path, Encoding.UTF8.GetBytes(body), status, contentType, headers);

    /// <summary>Answers a POST with text.</summary>
    /// <inheritdoc cref="Answer"/>
    public InMemoryTarget Post(
        string path, string body, int status = 200, string contentType =
            "application/json", params (string Name, string Value)[] headers) =>
        Answer("POST", path, Encoding.UTF8.GetBytes(body), status, contentType, headers);

    /// <summary>The whole response to a request line, <c>GET /path?query HTTP/1.1</c>.</summary>
    internal byte[] ResponseTo(ReadOnlySpan<byte> requestLine)
    {
        var space = requestLine.IndexOf((byte)' ');
        var end = requestLine.LastIndexOf((byte)' ');
        var path = end > space ? requestLine[(space + 1)..end] : default;
        if (path.IndexOf((byte)'?') is >= 0 and var query) path = path[..query];
        foreach (var route in routes)
        {
            if (requestLine.StartsWith(route.Method) && route.Path.Matches(path)) return route.Response;
        }

        if (unanswered.Count < MostUnanswered) unanswered.Enqueue(
            Encoding.ASCII.GetString(requestLine[..Math.Max(end, 0)]));
        return NotFound;
    }

    static byte[] Render(int status, string contentType, ReadOnlySpan<byte> body, (string Name, string Value)[] headers)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} In memory\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n");
        foreach (var (name, value) in headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        return [.. Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), .. body];
    }

    sealed record Route(byte[] Method, PathPattern Path, byte[] Response);
}
