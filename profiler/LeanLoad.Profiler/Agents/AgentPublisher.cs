using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using LeanLoad.Profiler.Symbols;

namespace LeanLoad.Profiler.Agents;

/// <summary>
/// Builds an agent with <c>dotnet publish</c>, to a directory of its own, when its sources changed. Without a C
/// compiler, which links the native program, it builds for the ordinary runtime and says so.
/// </summary>
/// <param name="progress">Hears lines about what is done and how long it took.</param>
sealed class AgentPublisher(Action<string> progress)
{
    const string Install = "Install one, such as `apt-get install gcc libc6-dev`";

    static readonly TimeSpan SignalPatience = TimeSpan.FromMilliseconds(100);

    // What a load file has no project for: as LeanLoad's Agent.props has it. Trimming drops event sources unless it is
    // told not to.
    static readonly string[] LoadFileProperties =
    [
        "-p:InvariantGlobalization=true", "-p:EventSourceSupport=true", "-p:ConcurrentGarbageCollection=false",
        "-p:OptimizationPreference=Speed",
        // Else a floating version stays what it was when it was restored first.
        "-p:RestoreForce=true",
    ];

    static readonly string[] LinkerComplaints =
        ["Platform linker", "linker command failed", "MSB3073", "cannot find -l", "crt1.o"];

    /// <summary>Publishes a project or a load file, unless what was published last is younger than its
    /// sources.</summary>
    /// <exception cref="AgentException">It does not build; the message has the compiler's errors.</exception>
    public async Task<AgentBinary> PublishAsync(string source, CancellationToken cancel)
    {
        if (OnPath("dotnet") is null)
        {
            throw new AgentException("The .NET SDK is not on PATH; install it, or name a published agent.");
        }

        if (OnPath("clang") is null && OnPath("gcc") is null)
        {
            progress($"There is no C compiler on PATH (clang or gcc), which links the native agent. {Install}.");
            return await PublishOrdinaryAsync(source, cancel);
        }

        try
        {
            return await PublishAsync(source, AgentRuntime.Native, cancel);
        }
        catch (AgentException error)
            when (LinkerComplaints.Any(text => error.Message.Contains(text, StringComparison.Ordinal)))
        {
            progress($"The C compiler could not link the native agent. {Install}. It "
                + $"said:{Environment.NewLine}{error.Message}");
            return await PublishOrdinaryAsync(source, cancel);
        }
    }

    Task<AgentBinary> PublishOrdinaryAsync(string source, CancellationToken cancel)
    {
        progress("Building for the ordinary runtime instead: its memory is not that of the native agent.");
        return PublishAsync(source, AgentRuntime.Ordinary, cancel);
    }

    async Task<AgentBinary> PublishAsync(string source, AgentRuntime runtime, CancellationToken cancel)
    {
        var name = Path.GetFileName(source);
        var output = OutputOf(source, runtime);
        var stamp = new BuildStamp(output, BuildStamp.InstalledTools);
        if (stamp.IsCurrent(source, DateTime.UtcNow) && Find(output) is { } earlier) return earlier;
        progress($"Publishing {name} "
            + $"({(runtime == AgentRuntime.Native ? "native, some 20 s" : "ordinary runtime")}) to {output}");
        var began = DateTime.UtcNow;
        await RunAsync(Arguments(source, runtime, output), name, cancel);
        var built = Find(output) ?? throw new AgentException($"{name} builds, but {output} holds no program. The "
            + "project itself must say <OutputType>Exe</OutputType> and <PublishAot>true</PublishAot>.");
        stamp.Set(began);
        progress($"Published {Path.GetFileName(built.Path)} in {(DateTime.UtcNow - began).TotalSeconds:0} s");
        return built;
    }

    static string[] Arguments(string source, AgentRuntime runtime, string output)
    {
        string[] common = ["publish", source, "-c", "Release", "-o", output, "-nologo", "-v:q", "--tl:off"];
        string[] properties = Path.GetExtension(source) == ".cs" ? LoadFileProperties : [];
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return runtime == AgentRuntime.Native
            ? [.. common, "-r", $"linux-{architecture}", .. properties]
            // A lock file of its own: without the native compiler's packages the project's would be rewritten.
            : [.. common, "-p:PublishAot=false", "-p:NuGetLockFilePath=obj/ordinary.lock.json", .. properties];
    }

    /// <summary>Beside a project's other output; for a load file, which has none, in the user's cache.</summary>
    static string OutputOf(string source, AgentRuntime runtime)
    {
        var kind = runtime == AgentRuntime.Native ? "native" : "ordinary";
        if (Path.GetExtension(source) == ".csproj")
        {
            return Path.Combine(Path.GetDirectoryName(source)!, "bin", "leanload", kind);
        }

        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)))[..8];
        return Path.Combine(cache, "leanload", $"{Path.GetFileNameWithoutExtension(source)}-{hash}", kind);
    }

    /// <summary>The one program in a directory of published files.</summary>
    static AgentBinary? Find(string output)
    {
        if (!Directory.Exists(output)) return null;
        foreach (var config in Directory.EnumerateFiles(output, "*.runtimeconfig.json"))
        {
            var assembly = config.Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal);
            if (AgentBinary.Published(assembly) is { } ordinary) return ordinary;
        }

        // createdump is what is left to run where a package alone asked for native compiling: the runtime's own.
        return Directory.EnumerateFiles(output)
            .Where(file => Path.GetExtension(file) is not (".so" or ".dbg") && Path.GetFileName(file) != "createdump"
                && ElfFile.IsElf(file))
            .Select(AgentBinary.Published)
            .FirstOrDefault(binary => binary is not null);
    }

    static async Task RunAsync(string[] arguments, string name, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet", arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        // A runtime that is told to wait for a profiler would do so as a compiler, too.
        start.Environment.Remove("DOTNET_DiagnosticPorts");
        using var build = Process.Start(start)!;
        try
        {
            var output = build.StandardOutput.ReadToEndAsync(cancel);
            var error = build.StandardError.ReadToEndAsync(cancel);
            await build.WaitForExitAsync(cancel);
            // Ctrl-C reaches the terminal's whole group: the build may be gone before we have heard of it ourselves.
            if (build.ExitCode != 0) await Task.Delay(SignalPatience, cancel);
            if (build.ExitCode != 0) throw new AgentException($"{name} does not "
                + $"build:{Environment.NewLine}{Errors(await output + await error)}");
        }
        catch (OperationCanceledException)
        {
            build.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The compiler's errors, each once; all of the output where none looks like one.</summary>
    internal static string Errors(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var errors = lines.Where(line => line.Contains(": error ", StringComparison.Ordinal)).Distinct().ToArray();
        return string.Join(Environment.NewLine, errors.Length > 0 ? errors : lines);
    }

    static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
}
