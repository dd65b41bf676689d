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
    public int Users { get; init; } = 1;

    /// <summary>Whether the number was given: of a pool there is no good default.</summary>
    public bool HasUsers { get; init; }

    /// <summary>Users started per second; 0: all at once.</summary>
    public double RampPerSecond { get; init; }

    public TimeSpan? Duration { get; init; }

    public long? Iterations { get; init; }

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

    /// <summary>Users or arrival rate over time, by <c>--stages</c>; null: none.</summary>
    public StageList? Stages { get; init; }

    /// <summary>Arrivals per second, at the beginning; null: the stages alone say, or the model is closed.</summary>
    public double? ArrivalsPerSecond { get; init; }

    /// <summary>How arrivals lie in time.</summary>
    public Spacing Spacing { get; init; }

    public WhenBusy WhenBusy { get; init; }

    /// <summary>Null: none.</summary>
    public TimeSpan? WarmUp { get; init; }

    /// <summary>How much load, and when.</summary>
    public LoadPlan Plan
    {
        get
        {
            // A few of them, as fast as they come: what is asked is what they need, and not when.
            if (IsPlan) return new LoadPlan(MostUsers, UsersPerSecond: 0, CanaryTime, Iterations: null);
            var isOpen = ArrivalsPerSecond is not null || Stages is { AreRates: true };
            var shape = Stages is null && ArrivalsPerSecond is null ? null
                : new LoadCurve(ArrivalsPerSecond ?? 0, Stages?.Stages ?? [])
                {
                    IsSmooth = Stages is { IsSmooth: true },
                };
            var duration = Duration ?? (Iterations is null ? Stages?.Duration : null);
            return isOpen
                ? new LoadPlan(Users, RampPerSecond, duration, Iterations)
                {
                    Arrivals = shape,
                    Spacing = Spacing,
                    WhenBusy = WhenBusy,
                }
                : new LoadPlan(MostUsers, RampPerSecond, duration, Iterations)
                {
                    Stages = shape,
                };
        }
    }

    /// <summary>The load of each group of users.</summary>
    public LoadSchedule Schedule => new([Plan]);

    /// <summary>The most that there are at a time; of an open model: the pool.</summary>
    int MostUsers => Stages is { AreRates: false } stages
        ? Math.Max(1, (int)new LoadCurve(0, stages.Stages).Highest)
        : Users;

    /// <summary>What a plan's few users get, at most.</summary>
    static TimeSpan CanaryTime => TimeSpan.FromMinutes(1);

    /// <summary>Reads every option; what is wrong goes to the reader's problems, all of it.</summary>
    public static AgentOptions Read(SettingsReader reader)
    {
        var options = new AgentOptions();
        if (reader.TryGet<int>("users", AtLeastOne, out var users))
        {
            options = options with { Users = users, HasUsers = true };
        }

        if (reader.TryGet<double>("ramp", Rate, out var ramp)) options = options with { RampPerSecond = ramp };
        if (reader.TryGet<TimeSpan>("duration", PositiveDuration, out var duration))
        {
            options = options with { Duration = duration };
        }

        if (reader.TryGet<long>("iterations", PositiveLong, out var iterations))
        {
            options = options with { Iterations = iterations };
        }

        if (reader.TryGet<StageList>("stages", StageList.TryParse, out var stages))
        {
            options = options with { Stages = stages };
        }

        if (reader.TryGet<double>("rate", Rate, out var rate)) options = options with { ArrivalsPerSecond = rate };
        if (reader.TryGet<Spacing>("arrivals", SettingsReader.Choice, out var spacing))
        {
            options = options with { Spacing = spacing };
        }

        if (reader.TryGet<WhenBusy>("when-busy", SettingsReader.Choice, out var busy))
        {
            options = options with { WhenBusy = busy };
        }

        if (reader.TryGet<TimeSpan>("warm-up", PositiveDuration, out var warmUp))
        {
            options = options with { WarmUp = warmUp };
        }

        if (reader.TryGet<Uri>("url", SettingsReader.Url, out var url)) options = options with { Url = url };
        if (reader.TryGet<string>("scenario", SettingsReader.Text, out var scenario))
        {
            options = options with { Scenario = scenario };
        }

        if (reader.TryGet<string[]>("tags", List, out var tags)) options = options with { Tags = tags };
        if (reader.TryGet<string[]>("exclude-tags", List, out var excluded))
        {
            options = options with { ExcludedTags = excluded };
        }

        if (reader.TryGet<TimeSpan>("timeout", PositiveDuration, out var timeout))
        {
            options = options with { Timeout = timeout };
        }

        if (reader.TryGet<TimeSpan>("connect-timeout", PositiveDuration, out var connect))
        {
            options = options with { ConnectTimeout = connect };
        }

        if (reader.TryGet<TimeSpan>("first-byte-timeout", PositiveDuration, out var firstByte))
        {
            options = options with { FirstByteTimeout = firstByte };
        }

        if (reader.TryGet<ConnectionSharing>("connections", ConnectionSharing.TryParse, out var connections))
        {
            options = options with { Connections = connections };
        }

        if (reader.TryGet<Shape>("shape", Shaping.Shape.TryParse, out var shape))
        {
            options = options with { Shape = shape };
        }

        if (reader.TryGet<ResolveRule[]>("resolve", ResolveRule.TryParse, out var rules))
        {
            options = options with { ResolveRules = rules };
        }

        if (reader.TryGet<TimeSpan>("stop-timeout", SettingsReader.Duration, out var stop))
        {
            options = options with { StopTimeout = stop };
        }

        if (reader.TryGet<TimeSpan>("wait-for-target", PositiveDuration, out var wait))
        {
            options = options with { WaitForTarget = wait };
        }

        if (reader.TryGet<Bytes>("memory", PositiveSize, out var memory)) options = options with { Memory = memory };
        if (reader.TryGet<OverMemory>("over-memory", SettingsReader.Choice, out var over))
        {
            options = options with { OverMemory = over };
        }

        if (reader.TryGet<int>("starting", AtLeastOne, out var gate)) options = options with { Starting = gate };
        if (reader.TryGet<bool>("plan", SettingsReader.Bool, out var plan)) options = options with { IsPlan = plan };
        if (reader.TryGet<string>("json", NewFile, out var json)) options = options with { JsonPath = json };
        if (reader.TryGet<string>("journal", NewFile, out var journal))
        {
            options = options with { JournalPath = journal };
        }

        if (reader.TryGet<string>("csv", FilePrefix, out var csv)) options = options with { CsvPrefix = csv };
        if (reader.TryGet<string>("junit", RealFile, out var junit)) options = options with { JUnitPath = junit };
        if (reader.TryGet<string>("hdr", RealFile, out var hdr)) options = options with { HdrPath = hdr };
        if (reader.TryGet<Threshold[]>("fail-if", Thresholds, out var failIf))
        {
            options = options with { FailIf = failIf };
        }

        if (reader.TryGet<bool>("fail-fast", SettingsReader.Bool, out var failFast))
        {
            options = options with { FailFast = failFast };
        }

        if (reader.TryGet<WhenLimited>("when-limited", SettingsReader.Choice, out var limited))
        {
            options = options with { WhenLimited = limited };
        }

        if (reader.TryGet<string>("control", RealFile, out var control))
        {
            options = options with { ControlPath = control };
        }

        if (reader.TryGet<LogFormat>("log", SettingsReader.Choice, out var log)) options = options with { Log = log };
        if (reader.TryGet<long>("seed", SettingsReader.LongNumber, out var seed))
        {
            options = options with { Seed = seed };
        }

        if (reader.TryGet<(int, int)>("agent", Share, out var agent)) options = options with { Agent = agent };
        if (reader.TryGet<int>("loops", LoopCount, out var loops)) options = options with { Loops = loops };
        if (reader.TryGet<PollerKind>("poller", SettingsReader.Choice, out var poller))
        {
            options = options with { Poller = poller };
        }

        if (reader.TryGet<bool>("redirects", SettingsReader.Bool, out var redirects))
        {
            options = options with { FollowsRedirects = redirects };
        }

        if (reader.TryGet<bool>("one", SettingsReader.Bool, out var one)) options = options with { IsOne = one };
        return options with { Tls = ReadTls(reader) };
    }

    static TlsSettings ReadTls(SettingsReader reader)
    {
        var tls = new TlsSettings();
        if (reader.TryGet<bool>("insecure", SettingsReader.Bool, out var insecure))
        {
            tls = tls with { IsInsecure = insecure };
        }

        if (reader.TryGet<string>("ca", Authorities, out var ca)) tls = tls with { CaPath = ca };
        if (reader.TryGet<string>("cert", Certificate, out var certificate))
        {
            tls = tls with { CertificatePath = certificate };
        }

        if (reader.TryGet<string>("key", Key, out var key)) tls = tls with { KeyPath = key };
        if (reader.TryGet<TlsResumption>("tls-resume", SettingsReader.Choice, out var resumption))
        {
            tls = tls with { Resumption = resumption };
        }

        return tls;
    }

    /// <summary>What is wrong with options that are right each by itself.</summary>
    public IEnumerable<string> Problems()
    {
        if (Duration is { } duration && !Plan.IsOpen && Stages is null && Plan.RampTime > duration)
        {
            yield return $"--users {Users} with --ramp {RampPerSecond:0.###}/s needs "
                + $"{Plan.RampTime.TotalSeconds:0.#} s; --duration is {duration.TotalSeconds:0.#} s. "
                + "Ramp faster, or run longer.";
        }

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

        if (Stages is { AreRates: false } && ArrivalsPerSecond is not null)
        {
            yield return "--rate is an arrival rate, and the targets of --stages are users; write rates, such as "
                + "30s:500/s, or leave out --rate.";
        }

        if (Plan.IsOpen && !HasUsers)
        {
            yield return "--users is required with arrivals: the pool that takes them, arrivals per second times "
                + "seconds each takes, and room for slow times.";
        }

        if (Spacing != Spacing.Constant && !Plan.IsOpen)
        {
            yield return "--arrivals poisson needs arrivals: give their rate with --rate, or with --stages.";
        }

        if (Stages is { AreRates: false } && RampPerSecond > 0)
        {
            yield return "--ramp and --stages both say how users come; give one of them.";
        }

        if (WarmUp >= Plan.Duration)
        {
            yield return $"--warm-up is {WarmUp.Value.TotalSeconds:0.#} s, and the run "
                + $"{Plan.Duration.Value.TotalSeconds:0.#} s: nothing would be measured. Run longer.";
        }

        if (FailFast && FailIf.Count == 0) yield return "--fail-fast needs --fail-if, which says what fails.";
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

    static bool RealFile(string text, out string value, out string? problem)
    {
        if (!NewFile(text, out value, out problem)) return false;
        problem = "can't be standard output; name a file";
        return text != "-";
    }

    /// <summary>A directory, or what names of files in one begin with.</summary>
    static bool FilePrefix(string text, out string value, out string? problem)
    {
        (value, problem) = (text, null);
        return Directory.Exists(text) || RealFile(text, out value, out problem);
    }

    /// <summary>One or several, as <see cref="OptionText"/> joins them.</summary>
    static bool Thresholds(string text, out Threshold[] value, out string? problem)
    {
        var thresholds = new List<Threshold>();
        (value, problem) = ([], null);
        foreach (var item in text.Split(OptionText.Separator,
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Threshold.TryParse(item, out var threshold, out problem)) return false;
            thresholds.Add(threshold);
        }

        problem = "names nothing";
        value = [.. thresholds];
        return value.Length > 0;
    }

    static bool AtLeastOne(string text, out int value, out string? problem)
    {
        problem = "is not a whole number from 1 to 1000000";
        return SettingsReader.WholeNumber(text, out value, out _) && value is >= 1 and <= 1_000_000;
    }

    static bool LoopCount(string text, out int value, out string? problem)
    {
        problem = "is not a whole number from 1 to 64";
        return SettingsReader.WholeNumber(text, out value, out _) && value is >= 1 and <= 64;
    }

    static bool PositiveLong(string text, out long value, out string? problem)
    {
        problem = "is not a whole number of at least 1";
        return SettingsReader.LongNumber(text, out value, out _) && value >= 1;
    }

    static bool PositiveDuration(string text, out TimeSpan value, out string? problem)
    {
        if (!SettingsReader.Duration(text, out value, out problem)) return false;
        problem = "is no time at all";
        return value > TimeSpan.Zero;
    }

    static bool PositiveSize(string text, out Bytes value, out string? problem)
    {
        if (!SettingsReader.Size(text, out value, out problem)) return false;
        problem = "is nothing at all";
        return value > Bytes.Zero;
    }

    /// <summary><c>10/s</c>, <c>30/m</c>; the unit must be there.</summary>
    internal static bool Rate(string text, out double value, out string? problem)
    {
        problem = "is not a rate; write users per time, such as 10/s or 30/m";
        value = 0;
        if (text.Split('/') is not [var number, var unit]) return false;
        var seconds = unit switch { "s" => 1, "m" => 60, "h" => 3600, _ => 0 };
        if (seconds == 0 || !SettingsReader.Number(number, out value, out _) || value <= 0) return false;
        value /= seconds;
        return true;
    }

    /// <summary><c>2/5</c>: the second of five, counted from one as people do.</summary>
    static bool Share(string text, out (int Index, int Count) value, out string? problem)
    {
        problem = "is not an agent of a fleet; write which and of how many, such as 2/5";
        value = default;
        if (text.Split('/') is not [var first, var second]) return false;
        if (!SettingsReader.WholeNumber(first, out var number, out _)
            || !SettingsReader.WholeNumber(second, out var count, out _))
        {
            return false;
        }

        value = (number - 1, count);
        return number >= 1 && number <= count;
    }

    static bool List(string text, out string[] value, out string? problem)
    {
        problem = "names nothing";
        value = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return value.Length > 0;
    }

    static bool Authorities(string text, out string value, out string? problem)
    {
        value = text;
        return TlsContext.HasAuthorities(text, out problem);
    }

    static bool Certificate(string text, out string value, out string? problem)
    {
        value = text;
        return TlsContext.HasCertificate(text, out problem);
    }

    static bool Key(string text, out string value, out string? problem)
    {
        value = text;
        return TlsContext.HasKey(text, out problem);
    }

    /// <summary>
    /// A file to be written: that its directory is missing is told now, not when there are results to lose.
    /// </summary>
    static bool NewFile(string text, out string value, out string? problem)
    {
        (value, problem) = (text, "names no file");
        if (text.Length == 0) return false;
        if (text == "-") return true;
        problem = "is a directory; name a file in it";
        if (Directory.Exists(text)) return false;
        var directory = Path.GetDirectoryName(Path.GetFullPath(text));
        problem = $"can't be written: there is no directory {directory}";
        return Directory.Exists(directory);
    }
}
