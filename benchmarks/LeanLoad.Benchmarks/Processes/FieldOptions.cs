using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>
/// Which generators a command measures beside ours: those whose start does not depend on a run's length.
/// </summary>
sealed class FieldOptions
{
    static readonly string[] Names = ["wrk", "hey", "h2load", "bare"];

    readonly Option<string[]> only = new("--only")
    {
        Description = $"Beside ours these generators alone: {string.Join(", ", Names)}; or none.",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Adds its options to a command.</summary>
    public void AddTo(Command command) => command.Add(only);

    /// <summary>Finds the generators, and publishes ours.</summary>
    public async Task<Field> ReadAsync(ParseResult parsed)
    {
        var names = parsed.GetValue(only)!;
        if (names.Except(Names.Append("none")).FirstOrDefault() is { } stranger)
        {
            return new Field($"--only \"{stranger}\" is none of {string.Join(", ", Names)}, none.", []);
        }

        string[] asked = names.Length == 0 ? Names : names;
        Contender[] peers = [.. Contender.Peers.Where(peer => asked.Contains(peer.Name))];
        var needsBare = asked.Contains("bare");
        var tools = peers.Select(static peer => peer.Tool!).Concat(needsBare ? [Tool.Compiler] : []);
        if (Tool.Missing(tools) is { } missing)
        {
            return new Field($"{missing}\nOr measure beside others, or alone: --only none", []);
        }

        var bare = needsBare ? new BareClient() : null;
        return new Field(null,
        [
            Contender.Agent(await Repository.PublishAgentAsync()), .. peers,
            .. bare is null ? (Contender[])[] : [Contender.Bare(bare.Path)],
        ])
        { Bare = bare };
    }

    /// <summary>Who is measured, or why nobody can be.</summary>
    /// <param name="problem">For people; null where there is none.</param>
    /// <param name="all">Ours first.</param>
    internal sealed class Field(string? problem, IReadOnlyList<Contender> all) : IDisposable
    {
        public string? Problem => problem;

        public IReadOnlyList<Contender> All => all;

        public BareClient? Bare { get; init; }

        public void Dispose() => Bare?.Dispose();
    }
}
