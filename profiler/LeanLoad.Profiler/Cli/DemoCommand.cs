using System.CommandLine;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Report;
using LeanLoad.Profiler.Runs;
using LeanLoad.Profiler.Target;
using LeanLoad.Report;

namespace LeanLoad.Profiler.Cli;

/// <summary>
/// <c>leanload demo</c>: the story, twice. The same users, the same budget; once each signs in for itself, once they
/// share one sign-in.
/// </summary>
static class DemoCommand
{
    static readonly Bytes Limit = Bytes.FromMiB(64);

    public static Command Create()
    {
        var output = new Option<string?>("--out")
        {
            Description = "Where the reports go. Default: a folder of its own below leanload-results.",
            HelpName = "folder",
        };
        var agent = new Option<string?>("--agent")
        {
            Description = "The agent to run. Default: agent/LeanLoad.Agent of the repository around.",
            HelpName = "path",
        };
        var command = new Command("demo",
            "The story on the embedded registry: 40 users that do not fit in 64 MiB, the reason, and the same 40 "
            + "that do.") { output, agent };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(output), parsed.GetValue(agent) ?? FindAgent()));
        return command;
    }

    static async Task<int> RunAsync(string? output, string agent)
    {
        using var interruption = new Interruption();
        var folder = ResultFolder.Create(output, "demo", DateTimeOffset.Now);
        // Built before the clock runs, and once for both halves.
        var binary = await AgentBinary.ResolveAsync(agent, RunSession.Say, interruption.Token);
        await using var target =
            await EmbeddedRegistry.StartAsync(new TargetOptions { Secret = "demo" }, interruption.Token);

        RunSession.Say("");
        RunSession.Say(
            $"1 of 2  40 users, {Limit}, each signs in for itself and keeps what it got (registry-per-user)");
        var before = await HalfAsync(binary, "registry-per-user", folder.Part("per-user"), target, interruption.Token);
        var isStored = RunSession.TryReport(before, folder.Part("per-user"));

        RunSession.Say("");
        RunSession.Say(
            $"2 of 2  The same 40 users, the same {Limit}, one sign-in shared by all as a [Bootstrap] (registry)");
        var after = await HalfAsync(binary, "registry", folder.Part("shared"), target, interruption.Token);
        isStored &= RunSession.TryReport(after, folder.Part("shared"));

        Console.WriteLine();
        Comparison.Write(Console.Out, Prose.Columns, RunSession.HasColours, before, after);
        // The story is told when the first half did not fit and the second did.
        return (before.ExitCode, after.ExitCode) is not (86, 0) ? Math.Max(1, after.ExitCode)
            : isStored ? 0 : RunSession.NotStored;
    }

    static Task<ProfileResult> HalfAsync(
        AgentBinary binary, string scenario, ResultFolder folder, EmbeddedRegistry target,
        CancellationToken interruption) =>
        RunSession.RunAsync(
            new RunOptions
            {
                Path = binary.Path,
                Cage = Limit,
                JournalPath = folder.JournalPath,
                MayDoWithoutCage = true,
                Arguments =
                [
                    "--scenario", scenario, "--users", "40", "--ramp", "8/s", "--duration", "10s", "--url", target.Url,
                    "--image", target.Image.Name,
                    "--tag", target.Image.Tag, "--digest", target.Image.OciManifest.Digest, "--registry-user", "device",
                    "--registry-secret", "demo",
                ],
            },
            static _ => { }, interruption);

    /// <summary>The agent's project in the clone this program was built from, or was started in.</summary>
    static string FindAgent()
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() })
        {
            for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
            {
                var project = Path.Combine(directory.FullName, "agent", "LeanLoad.Agent", "LeanLoad.Agent.csproj");
                if (File.Exists(project)) return project;
            }
        }

        throw new AgentException(
            "The demo runs the agent of a clone of LeanLoad, and this is none; name a published agent with --agent.")
        {
            ExitCode = 2,
        };
    }
}
