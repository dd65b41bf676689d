namespace LeanLoad.EndToEnd;

/// <summary>A program to run in a test.</summary>
/// <param name="Program">Its path, or its name on the path.</param>
/// <param name="Arguments">As typed.</param>
sealed record Command(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables beside those of the test; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();

    /// <summary>The limit of a memory cgroup to run it in; null for none.</summary>
    public Bytes? Cage { get; init; }

    /// <summary>
    /// Whether a caged program's pages are charged to its cage, as they are when nobody has read it. Else the test has
    /// them: which test is first to run a program is chance.
    /// </summary>
    public bool IsUnread { get; init; }

    /// <summary>Where it runs; null: where the test does.</summary>
    public string? Directory { get; init; }

    /// <summary>After this it is killed, and the test has failed.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Further arguments.</summary>
    public Command With(params string[] arguments) => this with { Arguments = [.. Arguments, .. arguments] };

    /// <summary>Starts it.</summary>
    public RunningCommand Start() => RunningCommand.Start(this);

    /// <summary>Runs it to its end.</summary>
    public async Task<CommandResult> RunAsync()
    {
        await using var running = Start();
        return await running.Completion;
    }
}
