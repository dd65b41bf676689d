using System.Globalization;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>A load generator that is measured beside others.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Tool">The program; null where it is ours.</param>
/// <param name="Program">Its path.</param>
/// <param name="SpeaksTls">Whether it can be measured over HTTPS.</param>
/// <param name="Arguments">What it is started with.</param>
sealed record Contender(
    string Name, Tool? Tool, string Program, bool SpeaksTls, Func<NginxServer, int, int, string[]> Arguments)
{
    /// <summary>The subject: the published agent, with all of its statistics.</summary>
    public static Contender Agent(string path) =>
        new("leanload", null, path, true, static (server, connections, seconds) =>
    [
        "--url", $"{server.Url}", "--users", Text(connections), "--duration", $"{seconds}s", "--json", "-",
        .. server.CertificatePath is { } path ? (string[])["--ca", path] : [],
    ]);

    /// <summary>The floor: epoll, send and recv in C, and nothing else.</summary>
    public static Contender Bare(string path) =>
        new("bare C", null, path, false, static (server, connections, seconds) =>
        [Text(server.Port), Text(connections), Text(seconds)]);

    /// <summary>Those of the Debian archive.</summary>
    public static readonly IReadOnlyList<Contender> Peers =
    [
        Of("wrk", "wrk",
            static (server, connections, seconds) => ["-t1", $"-c{connections}", $"-d{seconds}s", $"{server.Url}"]),
        // -t alone stops after 50,000 requests, and must come first.
        Of("ab", "apache2-utils", static (server, connections, seconds) =>
            ["-q", "-k", "-t", Text(seconds), "-n", "100000000", "-c", Text(connections), $"{server.Url}"]),
        Of("hey", "hey", static (server, connections, seconds) =>
            ["-cpus", "1", "-z", $"{seconds}s", "-c", Text(connections), $"{server.Url}"]),
        Of("h2load", "nghttp2-client", static (server, connections, seconds) =>
            ["--h1", "-t", "1", "-D", Text(seconds), "-c", Text(connections), $"{server.Url}"]),
    ];

    static Contender Of(string name, string package, Func<NginxServer, int, int, string[]> arguments)
    {
        var tool = new Tool(name, package);
        return new Contender(name, tool, tool.Location ?? name, true, arguments);
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
