using System.CommandLine;
using System.Reflection;
using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Scaffold;

namespace LeanLoad.Profiler.Cli;

/// <summary><c>leanload new NAME</c>: a project with a load test, and a test of it, in a folder of that name.</summary>
static class NewCommand
{
    const int Usage = 2;

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Of the project and its folder, such as web-shop." };
        var packages = new Option<string?>("--packages")
        {
            Description = "A folder that holds the LeanLoad package, where no feed has it.",
            HelpName = "folder",
        };
        var version = new Option<string>("--package-version")
        {
            Description = "The package's version.",
            HelpName = "version",
            DefaultValueFactory = static _ => Version(),
        };
        var command = new Command("new",
            "Writes a project with a load test and a test of it, which build and pass at once.") { name, packages,
                version };
        command.SetAction(parsed => Run(
            new ProjectTemplate(parsed.GetRequiredValue(name), parsed.GetRequiredValue(version),
                parsed.GetValue(packages)), Console.Out));
        return command;
    }

    /// <summary>Writes the project below the current directory.</summary>
    /// <exception cref="AgentException">The name is none, or its folder holds something.</exception>
    internal static int Run(ProjectTemplate template, TextWriter output)
    {
        if (template.Problem is { } problem) throw new AgentException(problem) { ExitCode = Usage };
        var folder = Path.GetFullPath(template.Name);
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new AgentException($"{template.Name} is there already, and not empty; choose another name.")
            {
                ExitCode = Usage,
            };
        if (template.Packages is { } packages && !Directory.Exists(packages))
            throw new AgentException($"--packages \"{packages}\" is no folder; name one that holds "
                + $"LeanLoad.{template.PackageVersion}.nupkg.")
            {
                ExitCode = Usage,
            };
        foreach (var path in template.Write(folder)) output.WriteLine($"  {template.Name}/{path}");
        output.WriteLine();
        output.WriteLine($"cd {template.Name}");
        output.WriteLine("dotnet test                                                 # the load test, against a "
            + "small site of its own");
        output.WriteLine("dotnet run --project load -- --url http://localhost:8080   # one user, 10 seconds");
        return 0;
    }

    /// <summary>This tool's own: it and the package are made together.</summary>
    static string Version() =>
        typeof(NewCommand)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
