using System.CommandLine;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>Which generators a command measures beside each other.</summary>
sealed class FieldOptions
{
    const string BareName = "bare";

    readonly string[] names;
    readonly Option<string[]> only;
    readonly Option<string[]> agents;

    /// <summary>Makes the options.</summary>
    /// <param name="peers">The names of the peers there are; the bare loop in C is always one more.</param>
    public FieldOptions(params IEnumerable<string> peers)
    {
        names = [BareName, .. peers];
        only = new("--only")
        {
            Description = $"Beside ours these generators alone: {string.Join(", ", names)}; or none.",
            AllowMultipleArgumentsPerToken = true,
        };
        only.Validators.Add(result =>
        {
            foreach (var stranger in (result.GetValueOrDefault<string[]>() ?? []).Except([.. names, "none"]))
            {
                result.AddError($"--only \"{stranger}\" is none of {string.Join(", ", names)}, none.");
            }
        });
        agents = new("--agent")
        {
            Description =
                "A published agent instead of one from these sources; several are measured beside each other.",
            HelpName = "program",
            AllowMultipleArgumentsPerToken = true,
        };
        agents.Validators.Add(static result =>
        {
            foreach (var path in (result.GetValueOrDefault<string[]>() ?? []).Where(static path => !File.Exists(path)))
            {
                result.AddError($"--agent \"{path}\" does not exist.");
            }
        });
    }

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [only, agents];

    /// <summary>Finds the generators, and publishes ours where none is given.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="isSecure">Whether they speak TLS; the bare loop has none.</param>
    /// <exception cref="MeasurementException">One of them is missing.</exception>
    public async Task<Field> ReadAsync(ParseResult parsed, bool isSecure = false)
    {
        var asked = parsed.GetValue(only) is { Length: > 0 } some ? some : names;
        Contender[] peers = [.. Contender.Peers.Where(peer => asked.Contains(peer.Name))];
        var needsBare = !isSecure && asked.Contains(BareName);
        Tool.Require("Or measure beside others, or alone: --only none",
            [.. peers.Select(static peer => peer.Tool!), .. needsBare ? (Tool[])[Tool.Compiler] : []]);
        var bare = needsBare ? new BareClient() : null;
        var ours = parsed.GetValue(agents) is { Length: > 0 } given ? given : [await Repository.PublishAgentAsync()];
        return new Field(bare,
        [
            .. bare is null ? (Contender[])[] : [Contender.Bare(bare.Path)],
            .. ours.Select((path, index) => Named(Contender.Agent(Path.GetFullPath(path)), index, ours.Length)),
            .. peers,
        ]);
    }

    static Contender Named(Contender agent, int index, int count) =>
        count == 1 ? agent : agent with { Name = $"{agent.Name} {index + 1}" };
}

/// <summary>The generators that are measured beside each other.</summary>
/// <param name="bare">The loop in C where it takes part.</param>
/// <param name="contenders">In the order in which each round runs them.</param>
sealed class Field(BareClient? bare, IReadOnlyList<Contender> contenders) : IDisposable
{
    public IReadOnlyList<Contender> Contenders => contenders;

    public void Dispose() => bare?.Dispose();
}
