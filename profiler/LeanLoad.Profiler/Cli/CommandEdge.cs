using System.CommandLine;
using LeanLoad.Profiler.Agents;
using LeanLoad.Stats;

namespace LeanLoad.Profiler.Cli;

/// <summary>
/// The edge of the program: every way a command can fail that a person can mend becomes a sentence and the documented
/// exit code.
/// </summary>
static class CommandEdge
{
    const int InternalError = 1, Usage = 2, Interrupted = 105;

    public static async Task<int> InvokeAsync(string[] args, RootCommand root, TextWriter errors)
    {
        try
        {
            var parsed = root.Parse(args);
            if (parsed.Errors.Count > 0)
            {
                foreach (var error in parsed.Errors) errors.WriteLine(error.Message);
                foreach (var hint in Hints(parsed)) errors.WriteLine(hint);
                return Usage;
            }

            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null
            });
        }
        catch (AgentException problem)
        {
            errors.WriteLine(problem.Message);
            return problem.ExitCode;
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine("Interrupted before there were results.");
            return Interrupted;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.WriteLine(problem.Message);
            return Usage;
        }
#pragma warning disable CA1031 // The edge of the process.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            errors.WriteLine($"A fault of leanload itself; please report it: {fault}");
            return InternalError;
        }
    }

    /// <summary>What to type instead: options of the agent belong behind <c>--</c>.</summary>
    static IEnumerable<string> Hints(ParseResult parsed)
    {
        foreach (var token in parsed.UnmatchedTokens)
        {
            if (NearestName.Of(token, Names(parsed.CommandResult.Command, token)) is { } meant)
            {
                yield return $"Did you mean {meant} instead of {token}?";
            }
        }

        var strays = parsed.UnmatchedTokens.Where(static token => token.StartsWith("--", StringComparison.Ordinal))
            .ToList();
        // An option before the first argument takes that argument's place, and the argument is what is left over.
        foreach (var token in parsed.Tokens.Select(static token => token.Value).Except(parsed.UnmatchedTokens))
        {
            if (!token.StartsWith("--", StringComparison.Ordinal)) continue;
            var names = Names(parsed.CommandResult.Command, token).ToList();
            if (!names.Contains(token) && NearestName.Of(token, names) is { } meant)
            {
                yield return $"Did you mean {meant} instead of {token}?";
            }
        }

        if (parsed.CommandResult.Command.Name == "run" && strays.Count > 0)
        {
            yield return $"Options of the agent stand behind --: leanload run … -- {string.Join(' ', strays)} …";
        }

        if (parsed is { CommandResult.Command: RootCommand root, Tokens.Count: 0 })
        {
            yield return $"There are {string.Join(", ", root.Subcommands.Select(static below => below.Name))}.";
        }

        var path = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
        yield return $"leanload{path} --help tells more.";
    }

    static IEnumerable<string> Names(Command command, string token) =>
        token.StartsWith('-') ? command.Options.Select(static option => option.Name)
            : command.Subcommands.Select(static below => below.Name);
}
