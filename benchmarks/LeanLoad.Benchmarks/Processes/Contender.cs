using System.Globalization;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>A load generator that is measured beside others.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Tool">The program; null where it is ours.</param>
/// <param name="Program">Its path.</param>
/// <param name="SpeaksTls">Whether it can be measured over HTTPS.</param>
/// <param name="Arguments">What it is started with.</param>
sealed record Contender(
    string Name, Tool? Tool, string Program, bool SpeaksTls, Func<LoadTarget, int, int, string[]> Arguments)
{
    /// <summary>The subject: the published agent, with all of its statistics.</summary>
    public static Contender Agent(string path) =>
        new("leanload", null, path, true, static (target, connections, seconds) =>
    [
        "--url", $"{target.Url}", "--users", Text(connections), "--duration", $"{seconds}s", "--json", "-",
        // It is measured at its limit, on purpose.
        "--when-limited", "warn",
        .. target.CertificatePath is { } path ? (string[])["--ca", path] : [],
    ]);

    /// <summary>The floor: epoll, send and recv in C, and nothing else.</summary>
    public static Contender Bare(string path) =>
        new("bare C", null, path, false, static (target, connections, seconds) =>
        [Text(target.Url.Port), Text(connections), Text(seconds)]);

    /// <summary>Those of the Debian archive.</summary>
    public static readonly IReadOnlyList<Contender> Peers =
    [
        Of("wrk", "wrk",
            static (target, connections, seconds) => ["-t1", $"-c{connections}", $"-d{seconds}s", $"{target.Url}"]),
        // -t alone stops after 50,000 requests, and must come first.
        Of("ab", "apache2-utils", static (target, connections, seconds) =>
            ["-q", "-k", "-t", Text(seconds), "-n", "100000000", "-c", Text(connections), $"{target.Url}"]),
        Of("hey", "hey", static (target, connections, seconds) =>
            ["-cpus", "1", "-z", $"{seconds}s", "-c", Text(connections), $"{target.Url}"]),
        Of("h2load", "nghttp2-client", static (target, connections, seconds) =>
            ["--h1", "-t", "1", "-D", Text(seconds), "-c", Text(connections), $"{target.Url}"]),
    ];

    static Contender Of(string name, string package, Func<LoadTarget, int, int, string[]> arguments)
    {
        var tool = new Tool(name, package);
        return new Contender(name, tool, tool.Location ?? name, true, arguments);
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
