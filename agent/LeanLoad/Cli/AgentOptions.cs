using LeanLoad.Http;
using LeanLoad.Load;
using LeanLoad.Memory;
using LeanLoad.Shaping;
using LeanLoad.Stats;
using LeanLoad.Tls;

namespace LeanLoad.Cli;

/// <summary>How log lines are written.</summary>
enum LogFormat
{
    /// <summary>For people at a terminal, as compact JSON in a container.</summary>
    Auto,
    Console,
    Json,
}

/// <summary>What a run's results are worth when the generator was the limit.</summary>
enum WhenLimited
{
    /// <summary>Nothing: exit code 88.</summary>
    Fail,

    /// <summary>What the reader makes of them; the explanation says so.</summary>
    Warn,
}

/// <summary>What the loop waits with.</summary>
enum PollerKind
{
    /// <summary>The fastest that this system has.</summary>
    Auto,
    Epoll,
    Portable,
}

/// <summary>
/// Every option of an agent, read and checked. Its documentation is <see cref="AgentOptionList"/>, which <c>--help</c>
/// prints.
/// </summary>
sealed record AgentOptions
{
    /// <summary>
    /// The load of the whole run; where scenarios run side by side, what they get that do not say otherwise.
    /// </summary>
    public LoadTerms Load { get; init; } = new();

    /// <summary>The loads of scenarios side by side; empty: one scenario runs, with <see cref="Load"/>.</summary>
    public IReadOnlyList<LoadTerms> Loads { get; init; } = [];

    public Uri? Url { get; init; }

    public string? Scenario { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<string> ExcludedTags { get; init; } = [];

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Null: within <see cref="Timeout"/>.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>Null: within <see cref="Timeout"/>.</summary>
    public TimeSpan? FirstByteTimeout { get; init; }

    public ConnectionSharing Connections { get; init; }

    public IReadOnlyList<ResolveRule> ResolveRules { get; init; } = [];

    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public Bytes? Memory { get; init; }

    /// <summary>Null: not at all.</summary>
    public TimeSpan? WaitForTarget { get; init; }

    public OverMemory OverMemory { get; init; }

    /// <summary>Users that may start at the same time; null: any number.</summary>
    public int? Starting { get; init; }

    /// <summary>Whether a few users run only to say what all of them would need.</summary>
    public bool IsPlan { get; init; }

    public string? JsonPath { get; init; }

    public string? JournalPath { get; init; }

    /// <summary>What the names of the CSV files begin with, or their directory; null: none.</summary>
    public string? CsvPrefix { get; init; }

    public string? JUnitPath { get; init; }

    public string? HdrPath { get; init; }

    public IReadOnlyList<Threshold> FailIf { get; init; } = [];

    /// <summary>Whether the run ends when a threshold has failed for sure.</summary>
    public bool FailFast { get; init; }

    public WhenLimited WhenLimited { get; init; }

    /// <summary>The path of the control socket; null: none.</summary>
    public string? ControlPath { get; init; }

    public LogFormat Log { get; init; }

    public long Seed { get; init; } = 1;

    /// <summary>Which agent of a fleet this is, from 0, and of how many.</summary>
    public (int Index, int Count) Agent { get; init; } = (0, 1);

    public int Loops { get; init; } = 1;

    /// <summary>Whether one user runs once, and its steps are shown.</summary>
    public bool IsOne { get; init; }

    public PollerKind Poller { get; init; }

    /// <summary>The network that each user lies behind; null for the one that is there.</summary>
    public Shape? Shape { get; init; }

    public bool FollowsRedirects { get; init; }

    public TlsSettings Tls { get; init; } = new();

    /// <summary>Null: none.</summary>
    public TimeSpan? WarmUp { get; init; }

    /// <summary>How much load, and when, of the first scenario.</summary>
    public LoadPlan Plan => Schedule.Plans[0];

    /// <summary>How much load, and when, of each scenario.</summary>
    public LoadSchedule Schedule => new([.. Groups.Select(terms => IsPlan ? terms.Canary : terms.Plan)]);

    IReadOnlyList<LoadTerms> Groups => Loads.Count > 0 ? Loads : [Load];

    /// <summary>What is wrong with options that are right each by itself.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var problem in Groups.SelectMany(static terms => terms.Problems())) yield return problem;
        if (IsPlan && OverMemory == OverMemory.Ignore)
        {
            yield return "--plan says what fits, --over-memory ignore that it does not matter; leave out one of them.";
        }

        if (IsPlan && IsOne) yield return "--plan and --one run users each in its own way; leave out one of them.";
        if (ConnectTimeout > Timeout) yield return TooLong("connect-timeout", ConnectTimeout.Value);
        if (FirstByteTimeout > Timeout) yield return TooLong("first-byte-timeout", FirstByteTimeout.Value);
        if (Connections.Shared is > 0 and var shared && shared < Loops)
        {
            yield return $"--connections {shared} can't be divided among --loops {Loops}: each loop needs one; raise "
                + "the one or lower the other.";
        }

        if (WarmUp >= Schedule.Duration)
        {
            yield return $"--warm-up is {WarmUp.Value.TotalSeconds:0.#} s, and the run "
                + $"{Schedule.Duration!.Value.TotalSeconds:0.#} s: nothing would be measured. Run longer.";
        }

        if (FailFast && FailIf.Count == 0) yield return "--fail-fast needs --fail-if, which says what fails.";
        if (Url?.UserInfo.Length > 0)
        {
            yield return $"--url has a user name in the address of \"{Url.Host}\"; give it in the load file as basic: "
                + "new BasicCredential(user, secret).";
        }

        if (WaitForTarget is not null && Url is null)
        {
            yield return "--wait-for-target needs --url, which says where the target is.";
        }

        if (JournalPath == "-") yield return "--journal \"-\" can't be standard output; name a file.";
        if (JournalPath is not null && JournalPath == JsonPath)
        {
            yield return "--journal and --json name the same file; give each its own.";
        }

        if (Poller == PollerKind.Epoll && !OperatingSystem.IsLinux())
        {
            yield return "--poller epoll needs Linux; leave it out.";
        }

        if (Tls.IsInsecure && Tls.CaPath is not null)
        {
            yield return "--insecure trusts every certificate, so --ca would mean nothing; give one of them.";
        }

        if (Tls.KeyPath is not null && Tls.CertificatePath is null)
        {
            yield return "--key needs --cert, the certificate that it belongs to.";
        }

        if (Url?.Scheme != Uri.UriSchemeHttps && Tls.CertificatePath is null) yield break;
        using var context = TlsContext.TryCreate(Tls, out var problems);
        foreach (var problem in problems) yield return problem;
    }

    string TooLong(string name, TimeSpan time) =>
        $"--{name} {time.TotalSeconds:0.###}s is longer than --timeout {Timeout.TotalSeconds:0.###}s, which the "
        + "whole request has; raise that, too.";
}
