using LeanLoad.Http;
using LeanLoad.Memory;
using LeanLoad.Shaping;
using LeanLoad.Stats;
using LeanLoad.Tls;

namespace LeanLoad.Cli;

/// <summary>Text into <see cref="AgentOptions"/>.</summary>
static class AgentOptionsReader
{
    /// <summary>Reads every option; what is wrong goes to the reader's problems, all of it.</summary>
    public static AgentOptions Read(SettingsReader reader)
    {
        var options = new AgentOptions { Load = LoadTerms.Read(reader) };
        if (reader.TryGet<TimeSpan>("warm-up", OptionValues.PositiveDuration, out var warmUp))
        {
            options = options with { WarmUp = warmUp };
        }

        if (reader.TryGet<Uri>("url", SettingsReader.Url, out var url)) options = options with { Url = url };
        if (reader.TryGet<string>("scenario", SettingsReader.Text, out var scenario))
        {
            options = options with { Scenario = scenario };
        }

        if (reader.TryGet<string[]>("tags", OptionValues.List, out var tags)) options = options with { Tags = tags };
        if (reader.TryGet<string[]>("exclude-tags", OptionValues.List, out var excluded))
        {
            options = options with { ExcludedTags = excluded };
        }

        if (reader.TryGet<TimeSpan>("timeout", OptionValues.PositiveDuration, out var timeout))
        {
            options = options with { Timeout = timeout };
        }

        if (reader.TryGet<TimeSpan>("connect-timeout", OptionValues.PositiveDuration, out var connect))
        {
            options = options with { ConnectTimeout = connect };
        }

        if (reader.TryGet<TimeSpan>("first-byte-timeout", OptionValues.PositiveDuration, out var firstByte))
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

        if (reader.TryGet<TimeSpan>("wait-for-target", OptionValues.PositiveDuration, out var wait))
        {
            options = options with { WaitForTarget = wait };
        }

        if (reader.TryGet<Bytes>("memory", OptionValues.PositiveSize, out var memory))
        {
            options = options with { Memory = memory };
        }

        if (reader.TryGet<OverMemory>("over-memory", SettingsReader.Choice, out var over))
        {
            options = options with { OverMemory = over };
        }

        if (reader.TryGet<int>("starting", OptionValues.AtLeastOne, out var gate))
        {
            options = options with { Starting = gate };
        }

        if (reader.TryGet<bool>("plan", SettingsReader.Bool, out var plan)) options = options with { IsPlan = plan };
        if (reader.TryGet<string>("json", OptionValues.NewFile, out var json))
        {
            options = options with { JsonPath = json };
        }

        if (reader.TryGet<string>("journal", OptionValues.NewFile, out var journal))
        {
            options = options with { JournalPath = journal };
        }

        if (reader.TryGet<string>("csv", OptionValues.FilePrefix, out var csv))
        {
            options = options with { CsvPrefix = csv };
        }

        if (reader.TryGet<string>("junit", OptionValues.RealFile, out var junit))
        {
            options = options with { JUnitPath = junit };
        }

        if (reader.TryGet<string>("hdr", OptionValues.RealFile, out var hdr)) options = options with { HdrPath = hdr };
        if (reader.Each<Threshold>("fail-if", OptionText.Separator, Threshold.TryParse!) is { } failIf)
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

        if (reader.TryGet<string>("control", OptionValues.RealFile, out var control))
        {
            options = options with { ControlPath = control };
        }

        if (reader.TryGet<LogFormat>("log", SettingsReader.Choice, out var log)) options = options with { Log = log };
        if (reader.TryGet<long>("seed", SettingsReader.LongNumber, out var seed))
        {
            options = options with { Seed = seed };
        }

        if (reader.TryGet<(int, int)>("agent", OptionValues.Share, out var agent))
        {
            options = options with { Agent = agent };
        }

        if (reader.TryGet<int>("loops", OptionValues.LoopCount, out var loops))
        {
            options = options with { Loops = loops };
        }

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

        if (reader.TryGet<string>("ca", OptionValues.Authorities, out var ca)) tls = tls with { CaPath = ca };
        if (reader.TryGet<string>("cert", OptionValues.Certificate, out var certificate))
        {
            tls = tls with { CertificatePath = certificate };
        }

        if (reader.TryGet<string>("key", OptionValues.Key, out var key)) tls = tls with { KeyPath = key };
        if (reader.TryGet<TlsResumption>("tls-resume", SettingsReader.Choice, out var resumption))
        {
            tls = tls with { Resumption = resumption };
        }

        return tls;
    }
}
