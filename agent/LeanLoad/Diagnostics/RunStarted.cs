namespace LeanLoad.Diagnostics;

/// <summary>The first record: what runs, where, under which budget. Secrets are not in it.</summary>
sealed record RunStarted : IRecord
{
    /// <summary>The contract the agent speaks.</summary>
    public int ContractVersion { get; init; } = Contract.Version;

    /// <summary>The agent's version, as <c>--version</c> prints it.</summary>
    public required string AgentVersion { get; init; }

    /// <summary>The agent's process id, in its own namespace.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When time 0 of all records was, by the wall clock, to the millisecond.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>Users that this agent is to start.</summary>
    public required int PlannedUsers { get; init; }

    /// <summary>Users started per second; infinite for all at once.</summary>
    public required double RampPerSecond { get; init; }

    /// <summary>How long the load lasts; null where the iterations decide.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Iterations of all users together; null where the duration decides.</summary>
    public long? Iterations { get; init; }

    /// <summary>What the agent may use; null where neither an option nor a cgroup says.</summary>
    public Bytes? Budget { get; init; }

    /// <summary>Where the budget comes from, for people: <c>--memory</c>, a cgroup's path.</summary>
    public required string BudgetSource { get; init; }

    /// <summary>The tightest limit of all enclosing memory cgroups; null where there is none.</summary>
    public Bytes? Limit { get; init; }

    /// <summary>Event loops, one thread each.</summary>
    public required int Loops { get; init; }

    /// <summary>The seed of all that is drawn at random.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many users of each class are planned.</summary>
    public required IReadOnlyList<PlannedClass> Classes { get; init; }

    /// <summary>The effective options, secrets left out.</summary>
    public required IReadOnlyList<EffectiveOption> Options { get; init; }

    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.RunStarted;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Count(ContractVersion);
        writer.Text(AgentVersion);
        writer.Count(ProcessId);
        writer.Signed(StartedAt.ToUnixTimeMilliseconds());
        writer.Text(Scenario);
        writer.Count(PlannedUsers);
        writer.Double(RampPerSecond);
        writer.Bool(Duration is not null);
        if (Duration is { } duration) writer.Time(duration);
        writer.OptionalCount(Iterations);
        writer.OptionalAmount(Budget);
        writer.Text(BudgetSource);
        writer.OptionalAmount(Limit);
        writer.Count(Loops);
        writer.Unsigned(Seed);
        writer.Count(Classes.Count);
        foreach (var (name, planned) in Classes)
        {
            writer.Text(name);
            writer.Count(planned);
        }

        writer.Count(Options.Count);
        foreach (var (name, value) in Options)
        {
            writer.Text(name);
            writer.Text(value, Contract.MaxOptionLength);
        }
    }

    internal static RunStarted Read(ref RecordReader reader) => new()
    {
        ContractVersion = reader.SmallCount(),
        AgentVersion = reader.Text(),
        ProcessId = reader.SmallCount(),
        StartedAt = ReadWallClock(ref reader),
        Scenario = reader.Text(),
        PlannedUsers = reader.SmallCount(),
        RampPerSecond = reader.Double(),
        Duration = reader.Bool() ? reader.Time() : null,
        Iterations = reader.OptionalCount(),
        Budget = reader.OptionalAmount(),
        BudgetSource = reader.Text(),
        Limit = reader.OptionalAmount(),
        Loops = reader.SmallCount(),
        Seed = reader.Unsigned(),
        Classes = ReadClasses(ref reader),
        Options = ReadOptions(ref reader),
    };

    // FromUnixTimeMilliseconds throws outside the years 1 to 9999.
    static DateTimeOffset ReadWallClock(ref RecordReader reader) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(
            reader.Signed(), DateTimeOffset.MinValue.ToUnixTimeMilliseconds(),
            DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    static PlannedClass[] ReadClasses(ref RecordReader reader)
    {
        var classes = new PlannedClass[reader.ListCount()];
        for (var i = 0; i < classes.Length && !reader.IsMalformed; i++)
        {
            classes[i] = new(reader.Text(), reader.SmallCount());
        }

        return classes;
    }

    static EffectiveOption[] ReadOptions(ref RecordReader reader)
    {
        var options = new EffectiveOption[reader.ListCount()];
        for (var i = 0; i < options.Length && !reader.IsMalformed; i++) options[i] = new(reader.Text(), reader.Text());
        return options;
    }
}

/// <summary>A user class and how many users of it are planned.</summary>
/// <param name="Name">The class.</param>
/// <param name="Planned">Its users.</param>
readonly record struct PlannedClass(string Name, int Planned);

/// <summary>An option as it took effect.</summary>
/// <param name="Name">As typed, without dashes.</param>
/// <param name="Value">As text, with its unit.</param>
readonly record struct EffectiveOption(string Name, string Value);
