namespace LeanLoad.Profiler.Scaffold;

/// <summary>Where a new project takes LeanLoad from: a feed, a folder of packages, or a clone's sources.</summary>
abstract record LibrarySource
{
    /// <summary>The packages <c>LeanLoad</c> and <c>LeanLoad.Benchmarking</c>.</summary>
    /// <param name="Version">Of both.</param>
    /// <param name="Folder">A folder that holds them, beside the usual feeds; null for none.</param>
    public sealed record Packages(string Version, string? Folder) : LibrarySource
    {
        public override string Library(string folder) =>
            $"""<PackageReference Include="LeanLoad" Version="{Version}" />""";

        public override string Benchmarking(string folder) =>
            $"""<PackageReference Include="LeanLoad.Benchmarking" Version="{Version}" />""";

        public override IEnumerable<(string Path, string Text)> FilesFor(string folder) =>
            Folder is null ? [] : [("nuget.config", NugetConfig(Path.GetFullPath(Folder)))];
    }

    /// <summary>The projects of a clone, as its own load files refer to them.</summary>
    /// <param name="Root">The folder of its LeanLoad.sln; absolute.</param>
    public sealed record Sources(string Root) : LibrarySource
    {
        /// <summary>The clone that a folder lies in; null where it lies in none.</summary>
        public static Sources? Around(string folder)
        {
            for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
            {
                if (IsClone(above.FullName)) return new Sources(above.FullName);
            }

            return null;
        }

        /// <summary>Whether a folder holds LeanLoad's sources.</summary>
        public static bool IsClone(string folder) =>
            File.Exists(Path.Combine(folder, "LeanLoad.sln")) && File.Exists(Path.Combine(folder, AgentProps));

        const string AgentProps = "agent/LeanLoad/Agent.props";
        const string BenchmarkingProject = "benchmarks/LeanLoad.Benchmarking/LeanLoad.Benchmarking.csproj";

        /// <summary>The package carries its generator; of the sources both are named.</summary>
        public override string Library(string folder) => $"""
            <ProjectReference Include="{From(folder, "agent/LeanLoad/LeanLoad.csproj")}" />
                <ProjectReference Include="{From(folder, "agent/LeanLoad.Generators/LeanLoad.Generators.csproj")}"
                                  OutputItemType="Analyzer" ReferenceOutputAssembly="false" />
            """;

        public override string? Publishing(string folder) => $"""<Import Project="{From(folder, AgentProps)}" />""";

        public override string Benchmarking(string folder) =>
            $"""<ProjectReference Include="{From(folder, BenchmarkingProject)}" />""";

        /// <summary>
        /// MSBuild looks in the folders above for rules, and would find the clone's own: here they end.
        /// </summary>
        public override IEnumerable<(string Path, string Text)> FilesFor(string folder)
        {
            if (Around(folder) is null) yield break;
            foreach (var name in (string[])["Build.props", "Build.targets", "Packages.props"])
            {
                yield return ($"Directory.{name}", """
                    <Project>
                      <!-- This project has rules of its own: those of the folders above it end here. -->
                    </Project>

                    """);
            }
        }

        /// <summary>As a project one folder below has to say it: relative where both move together.</summary>
        string From(string folder, string path)
        {
            var full = Path.Combine(Root, path);
            return Around(folder)?.Root == Root ? Path.GetRelativePath(Path.Combine(folder, "project"), full) : full;
        }
    }

    /// <summary>What a load project refers to.</summary>
    /// <param name="folder">The new project's.</param>
    public abstract string Library(string folder);

    /// <summary>What else it needs to be published as an agent; null where the package brings it.</summary>
    /// <param name="folder">The new project's.</param>
    public virtual string? Publishing(string folder) => null;

    /// <summary>What a project of benchmarks refers to.</summary>
    /// <param name="folder">The new project's.</param>
    public abstract string Benchmarking(string folder);

    /// <summary>Files that the project needs beside its own.</summary>
    /// <param name="folder">The new project's.</param>
    public abstract IEnumerable<(string Path, string Text)> FilesFor(string folder);

    static string NugetConfig(string packages) => $"""
        <configuration>
          <packageSources>
            <add key="leanload" value="{packages}" />
          </packageSources>
        </configuration>

        """;
}
