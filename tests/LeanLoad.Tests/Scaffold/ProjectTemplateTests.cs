using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Cli;
using LeanLoad.Profiler.Scaffold;
using LeanLoad.Tests.Generators;
using Xunit;

namespace LeanLoad.Tests.Scaffold;

/// <summary>What <c>leanload new</c> writes. That it builds and passes its own test is shown end to end.</summary>
public sealed class ProjectTemplateTests : IDisposable
{
    static readonly LibrarySource Package = new LibrarySource.Packages("1.2.3", null);

    readonly string folder = Directory.CreateTempSubdirectory("ll-new-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_project_has_its_name_everywhere_and_nothing_left_to_fill_in()
    {
        var written = new ProjectTemplate("web-shop", new LibrarySource.Packages("1.2.3", folder)).Write(folder);

        Assert.Equal(
            [
                ".gitignore", "README.md", "WebShop.slnx", "benchmarks/Program.cs", "benchmarks/VisitorBenchmarks.cs",
                "benchmarks/WebShop.Benchmarks.csproj", "global.json", "load/WebShop.cs", "load/WebShop.csproj",
                "nuget.config", "tests/VisitorTests.cs", "tests/WebShop.Tests.csproj",
            ],
            written.Order(StringComparer.Ordinal));
        var texts = written.Select(path => File.ReadAllText(Path.Combine(folder, path))).ToList();
        Assert.All(texts, static text => Assert.DoesNotMatch("LoadName|load-name|<!-- load", text));
        foreach (var package in (string[])["LeanLoad", "LeanLoad.Benchmarking"])
        {
            var reference = $"Include=\"{package}\" Version=\"1.2.3\"";
            Assert.Contains(texts, text => text.Contains(reference, StringComparison.Ordinal));
        }

        Assert.Contains(texts, text => text.Contains($"value=\"{folder}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void The_load_file_compiles_to_a_user_with_two_tasks_and_a_bootstrap()
    {
        new ProjectTemplate("shop", Package).Write(folder);
        var source = File.ReadAllText(Path.Combine(folder, "load", "Shop.cs"))
            .Replace("return await LoadTest.RunAsync(args);", "", StringComparison.Ordinal);

        var table = LoadFileCompiler.Load(source);

        Assert.Equal(["Home", "Page"], Assert.Single(table.Users).Tasks.Select(static task => task.Name));
        Assert.Equal("Catalogue.Load", Assert.Single(table.Bootstraps).Name);
    }

    [Fact]
    public void Inside_a_clone_a_project_refers_to_the_sources_and_keeps_the_rules_of_the_clone_out()
    {
        var clone = Directory.CreateDirectory(Path.Combine(folder, "clone")).FullName;
        foreach (var file in (string[])["LeanLoad.sln", "agent/LeanLoad/Agent.props"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(clone, file))!);
            File.WriteAllText(Path.Combine(clone, file), "");
        }

        var (inside, outside) = (Path.Combine(clone, "a", "shop"), Path.Combine(folder, "shop"));
        var source = Assert.IsType<LibrarySource.Sources>(LibrarySource.Sources.Around(Path.Combine(clone, "a")));
        var written = new ProjectTemplate("shop", source).Write(inside);
        var apart = new ProjectTemplate("shop", source).Write(outside);

        Assert.Equal(clone, source.Root);
        Assert.Contains("../../../agent/LeanLoad/LeanLoad.csproj", ProjectIn(inside), StringComparison.Ordinal);
        Assert.Contains($"{clone}/agent/LeanLoad/Agent.props", ProjectIn(outside), StringComparison.Ordinal);
        Assert.DoesNotContain("PackageReference", ProjectIn(inside), StringComparison.Ordinal);
        Assert.Equal(
            ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"], written.Except(apart));

        static string ProjectIn(string folder) => File.ReadAllText(Path.Combine(folder, "load", "Shop.csproj"));
    }

    [Fact]
    public void Where_the_library_comes_from_is_said_once_and_must_be_there()
    {
        foreach (var (packages, sources, expected) in ((string?, string?, string)[])
        [
            (folder, folder, "--packages and --sources exclude each other"),
            (Path.Combine(folder, "none"), null, "is no folder; name one that holds LeanLoad.1.2.3.nupkg"),
            (null, folder, "holds no LeanLoad.sln; name the folder of a clone"),
        ])
        {
            var refused = Assert.Throws<AgentException>(() => NewCommand.SourceOf("1.2.3", packages, sources));
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("shop", "Shop")]
    [InlineData("web-shop_2", "WebShop2")]
    [InlineData("Web", "Web")]
    public void Names_become_identifiers(string name, string identifier)
    {
        var template = new ProjectTemplate(name, Package);
        Assert.Equal((null, identifier), (template.Problem, template.Identifier));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2shop")]
    [InlineData("a/b")]
    [InlineData("../up")]
    [InlineData("a--b")]
    [InlineData("a b")]
    public void What_is_no_name_is_refused(string name)
    {
        var refused = Assert.Throws<AgentException>(() => NewCommand.Run(name, Package, TextWriter.Null));
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith($"\"{name}\" is no name for a project.", refused.Message, StringComparison.Ordinal);
    }
}
