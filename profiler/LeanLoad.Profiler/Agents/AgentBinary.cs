using LeanLoad.Profiler.Symbols;

namespace LeanLoad.Profiler.Agents;

/// <summary>What an agent runs on.</summary>
enum AgentRuntime
{
    /// <summary>Compiled ahead of time: the program is the file.</summary>
    Native,

    /// <summary>The ordinary runtime: the file is an assembly, started by <c>dotnet</c>. Its memory is not that of a
    /// native agent.</summary>
    Ordinary,
}

/// <summary>An agent that can be started.</summary>
/// <param name="Path">The executable, or the assembly for the ordinary runtime; absolute.</param>
/// <param name="Runtime">What it runs on.</param>
sealed record AgentBinary(string Path, AgentRuntime Runtime)
{
    /// <summary>Makes one of what a person names: a published agent, a project or its directory, a load file.</summary>
    /// <param name="path">As typed.</param>
    /// <param name="progress">Hears lines about what takes its time.</param>
    /// <param name="cancel">Ends a build.</param>
    /// <exception cref="AgentException">There is no such thing, or it does not build; the message has the compiler's
    /// errors.</exception>
    public static async Task<AgentBinary> ResolveAsync(string path, Action<string> progress, CancellationToken cancel)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full)) full = ProjectIn(path, full);
        if (!File.Exists(full))
        {
            throw new AgentException($"{path} does not exist. Name a load file (.cs), a project (.csproj or its "
                + "directory), or a published agent.")
            { ExitCode = 2 };
        }

        return System.IO.Path.GetExtension(full) switch
        {
            ".csproj" or ".cs" => await new AgentPublisher(progress).PublishAsync(full, cancel),
            _ => Published(full) ?? throw new AgentException(
                $"{path} is neither a load file (.cs), nor a project (.csproj), nor a published agent (a 64-bit ELF "
                    + "program, or a .dll).")
            { ExitCode = 2 },
        };
    }

    /// <summary>A file that is already an agent; null where it is none.</summary>
    internal static AgentBinary? Published(string full)
    {
        var assembly = System.IO.Path.ChangeExtension(full, ".dll");
        var isElf = ElfFile.IsElf(full);
        // What `dotnet build` makes beside an assembly is a starter for the ordinary runtime, though it looks like a
        // program.
        var config = System.IO.Path.ChangeExtension(full, ".runtimeconfig.json");
        if ((isElf || full == assembly) && File.Exists(assembly) && File.Exists(config))
        {
            return new AgentBinary(assembly, AgentRuntime.Ordinary);
        }

        return isElf && IsExecutable(full) ? new AgentBinary(full, AgentRuntime.Native) : null;
    }

    static string ProjectIn(string path, string directory)
    {
        var projects = Directory.GetFiles(directory, "*.csproj");
        return projects.Length switch
        {
            1 => projects[0],
            0 => throw new AgentException($"{path} holds no project (.csproj).") { ExitCode = 2 },
            _ => throw new AgentException(
                $"{path} holds {projects.Length} projects; name one: "
                    + $"{string.Join(", ", projects.Select(System.IO.Path.GetFileName).Order())}.")
            { ExitCode = 2 },
        };
    }

    static bool IsExecutable(string full) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(full) & UnixFileMode.UserExecute) != 0;
}
