using System.Globalization;
using LeanLoad.Load;

namespace LeanLoad.Cli;

/// <summary>How much load was asked for, term by term: of the run, or of one of the scenarios side by side.</summary>
sealed record LoadTerms
{
    /// <summary>What a plan's few users get, at most.</summary>
    static readonly TimeSpan CanaryTime = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Where the terms stand, for people: <c>--load "browse"</c>; null where each is an option of its own.
    /// </summary>
    public string? Place { get; init; }

    /// <summary>The scenario's name, or those of user classes; null: the run's only one.</summary>
    public string? Name { get; init; }

    public int Users { get; init; } = 1;

    /// <summary>Whether the number was given: of a pool there is no good default.</summary>
    public bool HasUsers { get; init; }

    /// <summary>Users started per second; 0: all at once.</summary>
    public double RampPerSecond { get; init; }

    public TimeSpan? Duration { get; init; }

    public long? Iterations { get; init; }

    /// <summary>When it begins, since the load's time 0.</summary>
    public TimeSpan After { get; init; }

    /// <summary>Users or arrival rate over time; null: none.</summary>
    public StageList? Stages { get; init; }

    /// <summary>Arrivals per second, at the beginning; null: the stages alone say, or the model is closed.</summary>
    public double? ArrivalsPerSecond { get; init; }

    /// <summary>How arrivals lie in time.</summary>
    public Spacing Spacing { get; init; }

    public WhenBusy WhenBusy { get; init; }

    /// <summary>Whether anything says when it is over.</summary>
    public bool HasEnd => Duration is not null || Iterations is not null || Stages is not null;

    bool IsOpen => ArrivalsPerSecond is not null || Stages is { AreRates: true };

    /// <summary>How much load, and when.</summary>
    public LoadPlan Plan
    {
        get
        {
            var shape = Stages is null && ArrivalsPerSecond is null ? null
                : new LoadCurve(ArrivalsPerSecond ?? 0, Stages?.Stages ?? [])
                {
                    IsSmooth = Stages is { IsSmooth: true },
                };
            var plan = new LoadPlan(MostUsers, RampPerSecond,
                Duration ?? (Iterations is null ? Stages?.Duration : null), Iterations)
            {
                After = After,
            };
            return IsOpen
                ? plan with { Arrivals = shape, Spacing = Spacing, WhenBusy = WhenBusy }
                : plan with { Stages = shape };
        }
    }

    /// <summary>A few of them, as fast as they come: what is asked is what they need, and not when.</summary>
    public LoadPlan Canary => new(MostUsers, UsersPerSecond: 0, CanaryTime, Iterations: null);

    /// <summary>The most that there are at a time; of an open model: the pool.</summary>
    int MostUsers => Stages is { AreRates: false } stages
        ? Math.Max(1, (int)new LoadCurve(0, stages.Stages).Highest)
        : Users;

    /// <summary>Reads the terms; what is wrong goes to the reader's problems, all of it.</summary>
    public static LoadTerms Read(SettingsReader reader)
    {
        var terms = new LoadTerms();
        if (reader.TryGet<int>("users", OptionValues.AtLeastOne, out var users))
        {
            terms = terms with { Users = users, HasUsers = true };
        }

        if (reader.TryGet<double>("ramp", OptionValues.Rate, out var ramp))
        {
            terms = terms with { RampPerSecond = ramp };
        }

        if (reader.TryGet<TimeSpan>("duration", OptionValues.PositiveDuration, out var duration))
        {
            terms = terms with { Duration = duration };
        }

        if (reader.TryGet<long>("iterations", OptionValues.PositiveLong, out var iterations))
        {
            terms = terms with { Iterations = iterations };
        }

        if (reader.TryGet<StageList>("stages", StageList.TryParse, out var stages))
        {
            terms = terms with { Stages = stages };
        }

        if (reader.TryGet<double>("rate", OptionValues.Rate, out var rate))
        {
            terms = terms with { ArrivalsPerSecond = rate };
        }

        if (reader.TryGet<Spacing>("arrivals", SettingsReader.Choice, out var spacing))
        {
            terms = terms with { Spacing = spacing };
        }

        if (reader.TryGet<WhenBusy>("when-busy", SettingsReader.Choice, out var busy))
        {
            terms = terms with { WhenBusy = busy };
        }

        return terms;
    }

    /// <summary>What is wrong with terms that are right each by itself.</summary>
    public IEnumerable<string> Problems()
    {
        var plan = Plan;
        if (Duration is { } duration && !IsOpen && Stages is null && plan.RampTime > duration)
        {
            yield return Say($"{Term("users")} {Users} with {Term("ramp")} {RampPerSecond:0.###}/s needs "
                + $"{plan.RampTime.TotalSeconds:0.#} s; {Term("duration")} is {duration.TotalSeconds:0.#} s. "
                + "Ramp faster, or run longer.");
        }

        if (Stages is { AreRates: false } && ArrivalsPerSecond is not null)
        {
            yield return Say($"{Term("rate")} is an arrival rate, and the targets of {Term("stages")} are users; "
                + $"write rates, such as 30s:500/s, or leave out {Term("rate")}.");
        }

        if (IsOpen && !HasUsers)
        {
            yield return Say($"{Term("users")} is required with arrivals: the pool that takes them, arrivals per "
                + "second times seconds each takes, and room for slow times.");
        }

        if (Spacing != Spacing.Constant && !IsOpen)
        {
            yield return Say($"{Term("arrivals")} poisson needs arrivals: give their rate with {Term("rate")}, or "
                + $"with {Term("stages")}.");
        }

        if (WhenBusy != WhenBusy.Late && !IsOpen)
        {
            yield return Say($"{Term("when-busy")} is about arrivals: give their rate with {Term("rate")}, or leave it "
                + "out.");
        }

        // Of the options the load file may have given the other.
        if (Place is not null && Stages is { AreRates: false } && HasUsers)
        {
            yield return Say($"{Term("users")} and {Term("stages")} both say how many users there are; give one of "
                + "them.");
        }

        if (Stages is { AreRates: false } && RampPerSecond > 0)
        {
            yield return Say($"{Term("ramp")} and {Term("stages")} both say how users come; give one of them.");
        }
    }

    /// <summary>A sentence about these terms, with where they stand.</summary>
    public string Say(string sentence) => Place is null ? sentence : $"{Place}: {sentence}";

    /// <summary>A term as it was typed.</summary>
    public string Term(string name) => Place is null ? $"--{name}" : name == "duration" ? "for" : name;

    /// <summary>
    /// As <c>--load</c> takes them, so that a load can be read and typed again; of a shape, which is a function, what
    /// it comes to.
    /// </summary>
    public override string ToString() => $"{Name}: {string.Join(", ", Texts().OfType<string>())}";

    IEnumerable<string?> Texts()
    {
        // Stages of users say how many there are.
        yield return Stages is { AreRates: false } ? null : $"users {Users}";
        yield return RampPerSecond > 0 ? $"ramp {RateText(RampPerSecond)}" : null;
        yield return ArrivalsPerSecond is { } rate ? $"rate {RateText(rate)}" : null;
        yield return Stages is null ? null : Stages.IsSmooth ? ShapeText(Stages) : $"stages {StagesText(Stages)}";
        yield return Spacing == Spacing.Constant ? null : "arrivals poisson";
        yield return WhenBusy == WhenBusy.Late ? null : "when-busy drop";
        yield return Iterations is { } iterations ? $"iterations {iterations}" : null;
        yield return After > TimeSpan.Zero ? $"after {TimeText(After)}" : null;
        yield return Duration is { } duration ? $"for {TimeText(duration)}" : null;
    }

    static string StagesText(StageList list) => string.Join(",", list.Stages.Select(stage =>
        $"{TimeText(stage.Duration)}:{(list.AreRates ? RateText(stage.Target) : Text(stage.Target))}"));

    static string ShapeText(StageList list)
    {
        var highest = list.Stages.Max(static stage => stage.Target);
        return $"a shape over {TimeText(list.Duration)} of at most "
            + (list.AreRates ? RateText(highest) : Counted.Of((long)highest, "user"));
    }

    /// <summary>In the unit that gives a whole number, where one does.</summary>
    static string RateText(double perSecond)
    {
        foreach (var (unit, seconds) in (ReadOnlySpan<(string, int)>)[("s", 1), ("m", 60), ("h", 3600)])
        {
            var count = Math.Round(perSecond * seconds, 9);
            if (Math.Floor(count) == count) return $"{Text(count)}/{unit}";
        }

        return $"{Text(perSecond)}/s";
    }

    static string TimeText(TimeSpan time) => Text(time.TotalSeconds) + "s";

    static string Text(double number) => number.ToString("0.#########", CultureInfo.InvariantCulture);
}
