using System.Text;
using BenchmarkDotNet.Attributes;
using LeanLoad.Http;
using LeanLoad.Stats;

namespace LeanLoad.Benchmarks.Http;

/// <summary>
/// A GET with a templated URL, <c>/v2/{repository}/manifests/{digest}</c>, and a bearer token of 2 kB, rendered into
/// the loop's buffer, and the id of the name that its template gives it.
/// </summary>
public class RequestRendering
{
    const string Template = "/v2/{repository}/manifests/{digest}";

    static readonly string[] Repositories = ["library/alpine", "library/nginx", "team/überprüfung", "a/b/c/d"];

    readonly byte[] buffer = new byte[64 << 10];
    readonly byte[] fixedHeaders = "Host: registry.test\r\nUser-Agent: LeanLoad\r\n"u8.ToArray();
    readonly string digest = "sha256:" + new string('a', 64);
    readonly string token = new('t', 2_000);
    readonly RequestWriter writer = new();
    readonly RequestNames names = new();
    readonly Dictionary<string, int> ids = new() { [Template] = 1 };
    int next;

    [GlobalSetup]
    public void Compare()
    {
        next = 0;
        var usual = Encoding.ASCII.GetString(buffer.AsSpan(0, StringAndEncoding()));
        next = 0;
        Render();
        var ours = Encoding.ASCII.GetString(writer.Request);
        if (ours != usual) throw new InvalidOperationException($"Two ways, two requests:\n{ours}\n{usual}");
    }

    /// <summary>
    /// The usual way: an interpolated string with its holes escaped, encoded into a buffer, and its name looked up.
    /// </summary>
    [Benchmark(Baseline = true)]
    public int StringAndEncoding()
    {
        var repository = Repositories[next++ & 3];
        var escaped = Uri.EscapeDataString(digest).Replace("%3A", ":", StringComparison.Ordinal);
        var request = $"GET /v2/{Uri.EscapeDataString(repository)}/manifests/{escaped} HTTP/1.1\r\n"
            + $"Host: registry.test\r\nUser-Agent: LeanLoad\r\nAuthorization: Bearer {token}\r\n\r\n";
        return Encoding.ASCII.GetBytes(request, buffer) + (ids[Template] >> 8);
    }

    /// <summary>
    /// As the compiler calls it for <c>Http.Get($"/v2/{repository}/manifests/{digest}", bearer: token)</c>.
    /// </summary>
    [Benchmark]
    public int Render()
    {
        writer.Begin();
        writer.AppendLiteral("/v2/");
        writer.AppendHole(Repositories[next++ & 3], null, "repository");
        writer.AppendLiteral("/manifests/");
        writer.AppendHole(digest, null, "digest");
        var name = names.Intern(writer.Template);
        writer.EndTarget("GET"u8, fixedHeaders);
        writer.AppendHeader("Authorization: Bearer "u8, token);
        writer.End(default);
        return name;
    }
}
