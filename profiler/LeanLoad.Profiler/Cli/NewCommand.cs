using System.CommandLine;
using System.Reflection;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Scaffold;

namespace LeanLoad.Profiler.Cli;

/// <summary>
/// <c>leanload new NAME</c>: a load test, a test of it and benchmarks of its users, in a folder of that name.
/// </summary>
static class NewCommand
{
    const int Usage = 2;

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Of the project and its folder, such as web-shop." };
        var packages = new Option<string?>("--packages")
        {
            Description = "A folder of the packages LeanLoad and LeanLoad.Benchmarking, where no feed has them.",
            HelpName = "folder",
        };
        var version = new Option<string>("--package-version")
        {
            Description = "The packages' version.",
            HelpName = "version",
            DefaultValueFactory = static _ => Version(),
        };
        var sources = new Option<string?>("--sources")
        {
            Description = "A clone of LeanLoad whose sources take the packages' place. Default: the clone you are in.",
            HelpName = "folder",
        };
        var command = new Command(
            "new", "Writes a load test, a test of it and benchmarks of its users, which build and pass at once.")
        {
            name, packages, version, sources,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(name),
            SourceOf(parsed.GetRequiredValue(version), parsed.GetValue(packages), parsed.GetValue(sources)),
            Console.Out));
        return command;
    }

    /// <summary>Writes the project below the current directory.</summary>
    /// <exception cref="AgentException">The name is none, or its folder holds something.</exception>
    internal static int Run(string name, LibrarySource source, TextWriter output)
    {
        var template = new ProjectTemplate(name, source);
        if (template.Problem is { } problem) throw Misused(problem);
        var folder = Path.GetFullPath(name);
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw Misused($"{name} is there already, and not empty; choose another name.");
        }

        foreach (var path in template.Write(folder)) output.WriteLine($"  {name}/{path}");
        output.WriteLine($"""

            cd {name}
            dotnet test                                                 # the load test, against a small site of its own
            dotnet run --project load -- --url http://localhost:8080   # one user, 10 seconds
            dotnet run --project benchmarks -c Release -- gate          # what a user allocates, held to its budgets
            """);
        return 0;
    }

    /// <summary>Where the project takes LeanLoad from, as the options say.</summary>
    /// <exception cref="AgentException">They name folders that hold neither packages nor sources.</exception>
    internal static LibrarySource SourceOf(string version, string? packages, string? sources)
    {
        if (packages is not null && sources is not null)
        {
            throw Misused("--packages and --sources exclude each other: name where LeanLoad comes from once.");
        }

        if (packages is not null && !Directory.Exists(packages))
        {
            throw Misused($"--packages \"{packages}\" is no folder; name one that holds LeanLoad.{version}.nupkg and "
                + $"LeanLoad.Benchmarking.{version}.nupkg.");
        }

        if (packages is not null) return new LibrarySource.Packages(version, packages);
        if (sources is null)
        {
            return LibrarySource.Sources.Around(Environment.CurrentDirectory) as LibrarySource
                ?? new LibrarySource.Packages(version, null);
        }

        return LibrarySource.Sources.IsClone(sources)
            ? new LibrarySource.Sources(Path.GetFullPath(sources))
            : throw Misused($"--sources \"{sources}\" holds no LeanLoad.sln; name the folder of a clone of LeanLoad.");
    }

    static AgentException Misused(string problem) => new(problem) { ExitCode = Usage };

    /// <summary>This tool's own: it and the packages are made together.</summary>
    static string Version() =>
        typeof(NewCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
}
