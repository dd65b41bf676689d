namespace LeanLoad.Cli;

/// <summary>The agent's own options, in the order of <c>--help</c>.</summary>
static class AgentOptionList
{
    public static IReadOnlyList<(string Title, SettingOption[] Options)> Groups { get; } =
    [
        ("Load", [
            Option("users", "number", "Users at the end of the ramp; each waits for its answers (closed model).", "1"),
            Option("stages", "stages",
                "Users over time, in straight lines: 30s:100,5m:100,30s:0; or arrival rates: 30s:500/s,5m:500/s."),
            Option("rate", "rate",
                "Iterations arrive at this rate, whatever is answered (open model); --users is the pool that takes "
                + "them."),
            Option("arrivals", "constant|poisson",
                "How arrivals lie in time: evenly apart, or at random as people come who know nothing of each other.",
                "constant"),
            Option("when-busy", "late|drop", "An arrival without a free user waits and begins late, or is dropped.",
                "late"),
            Option("ramp", "rate", "Users started per time, such as 10/s or 30/m. Without it all start at once."),
            Option("duration", "duration",
                "From the first user on, such as 30s or 1m30s. Without it and --iterations: 10s."),
            Option("warm-up", "duration", "The first part of it is a window of its own and in no other table."),
            Option("iterations", "number", "Iterations in total over all users; the run ends when they are done."),
            Option("load", "name: terms",
                "A scenario's own load, beside others; repeatable: \"browse: users 100, ramp 10/s\", \"buy: rate 50/s, "
                + "users 20, after 30s, for 2m\"."),
            Option("control", "file",
                "A Unix socket that takes changes of users and rate, reset, status and stop, as JSON lines."),
            Option("stop-timeout", "duration", "What iterations in flight get at the end before they are cut.", "5s"),
            Option("agent", "n/count", "Which agent of a fleet this is, such as 2/5: its part of every feed.", "1/1"),
            Option("seed", "number", "Picks and pauses are drawn from it: the same seed, the same run.", "1"),
        ]),
        ("Target", [
            Option("url", "url", "Base address of every request; without a scenario, the address that is requested."),
            Option("scenario", "list", "Which of the scenarios to run, or which user classes, by name: a,b."),
            Option("list", "true|false",
                "Prints users, tasks, their shares, loads and what runs once, as --scenario, --load and --tags choose "
                + "them.", "false"),
            Option("one", "true|false",
                "Runs one user of each class, each task once, and prints what each step took. For the debugger.",
                "false"),
            Option("tags", "list", "Runs only tasks with one of these tags: a,b."),
            Option("exclude-tags", "list", "Leaves out tasks with one of these tags."),
            Option("timeout", "duration", "For one request, from call to last byte.", "30s"),
            Option("connect-timeout", "duration",
                "For a new connection: name, socket and TLS together. Without it, --timeout."),
            Option("first-byte-timeout", "duration",
                "From sent to the first byte of the response. Without it, --timeout."),
            Option("connections", "own|per-request|N",
                "Each user its own, one for each request, or N shared by all (to each host); waiting for one is "
                + "response time.", "own"),
            Option("resolve", "host:port:address",
                "Where a host is, whatever its name resolves to; Host and TLS keep the name. Several addresses: a,b. "
                + "Repeatable."),
            Option("shape", "network",
                "Each user behind a slow network, any of: rate=1Mbit,latency=50ms,jitter=10ms,loss=1%. Lost packets "
                + "come late, as by TCP."),
            Option("wait-for-target", "duration",
                "How long to wait until the target accepts connections, before anything is asked of it."),
            Option("redirects", "true|false",
                "Follows redirects, 10 at most, each counted as a request; a request can say otherwise.", "false"),
            Option("ca", "file", "Trusts the certificates of this PEM file instead of the system's."),
            Option("cert", "file",
                "A client certificate, PEM: its own first, then those between it and its authority."),
            Option("key", "file", "The key of --cert, PEM, without a password. Without it, it is in the same file."),
            Option("tls-resume", "own|shared|off",
                "Whose TLS session a new connection resumes: the user's own, any user's, or none: a full handshake "
                + "each time.", "own"),
            Option("insecure", "true|false", "Accepts any certificate. It is in the report.", "false"),
        ]),
        ("Memory", [
            Option("memory", "size",
                "The budget, such as 64MiB. Without it the tightest limit of the enclosing cgroups."),
            Option("plan", "true|false",
                "Runs a few users, prints what all of them would need, owner by owner, and how many fit; then ends.",
                "false"),
            Option("starting", "number",
                "Users that start at the same time, at most: it bounds what starts hold beside what users keep."),
            Option("over-memory", "stop|hold|ignore",
                "When the run would exceed it: end with exit code 86, admit no further user, or leave it to the "
                + "kernel.", "stop"),
        ]),
        ("Verdict", [
            Option("fail-if", "threshold",
                "Fails with exit code 99 if it comes true: \"p99 > 200ms\", \"failures > 1%\", \"Registry: p95 > "
                + "50ms\". May be repeated."),
            Option("fail-fast", "true|false", "Ends the run as soon as a threshold has failed for sure.", "false"),
            Option("when-limited", "fail|warn",
                "When the generator itself was the limit: exit code 88, or the results as they are.", "fail"),
        ]),
        ("Output", [
            Option("json", "file", "Writes the summary as JSON too; - for standard output instead of the table."),
            Option("journal", "file", "Writes every record, each second, so that a kill loses at most the last one."),
            Option("csv", "file",
                "Begins the names of tables: FILE_stats.csv, FILE_failures.csv, and FILE_history.csv with a line "
                + "each second (FILE_history.csv.unfinished until the end); or a directory."),
            Option("junit", "file", "Writes thresholds and checks as JUnit XML, for a build's server."),
            Option("hdr", "file",
                "Writes response and service times of each second as an HdrHistogram log (FILE.unfinished until the "
                + "end)."),
            Option("log", "auto|console|json", "Log lines on standard error; auto: JSON in a container.", "auto"),
        ]),
        ("Engine", [
            Option("loops", "number", "Event loops, one thread each.", "1"),
            Option("poller", "auto|epoll|portable", "What the loops wait with.", "auto"),
        ]),
        ("Help", [
            Option("help", "true|false", "Prints this.", "false"),
            Option("version", "true|false", "Prints the version.", "false"),
        ]),
    ];

    static SettingOption Option(string name, string kind, string help, string? ifMissing = null) =>
        new(name, kind, help, ifMissing, Required: false, Secret: false);
}
