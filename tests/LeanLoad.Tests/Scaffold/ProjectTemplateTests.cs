using LeanLoad.Profiler.Agents;
using LeanLoad.Profiler.Cli;
using LeanLoad.Profiler.Scaffold;
using LeanLoad.Tests.Generators;
using Xunit;

namespace LeanLoad.Tests.Scaffold;

/// <summary>What <c>leanload new</c> writes. That it builds and passes its own test is shown end to end.</summary>
public sealed class ProjectTemplateTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("ll-new-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_project_has_its_name_everywhere_and_nothing_left_to_fill_in()
    {
        var written = new ProjectTemplate("web-shop", "1.2.3", folder).Write(folder);

        Assert.Equal(
            [
                ".gitignore", "README.md", "WebShop.slnx", "global.json", "load/WebShop.cs", "load/WebShop.csproj",
                "nuget.config",
                "tests/VisitorTests.cs", "tests/WebShop.Tests.csproj",
            ],
            written.Order(StringComparer.Ordinal));
        var texts = written.Select(path => File.ReadAllText(Path.Combine(folder, path))).ToList();
        Assert.All(texts, static text => Assert.DoesNotMatch("LoadName|load-name|load-version", text));
        Assert.Contains(texts,
            static text => text.Contains("Include=\"LeanLoad\" Version=\"1.2.3\"", StringComparison.Ordinal));
        Assert.Contains(texts, text => text.Contains($"value=\"{folder}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void The_load_file_compiles_to_a_user_with_two_tasks_and_a_bootstrap()
    {
        new ProjectTemplate("shop", "1.2.3", null).Write(folder);
        var source = File.ReadAllText(Path.Combine(folder, "load", "Shop.cs"))
            .Replace("return await LoadTest.RunAsync(args);", "", StringComparison.Ordinal);

        var table = LoadFileCompiler.Load(source);

        Assert.Equal(["Home", "Page"], Assert.Single(table.Users).Tasks.Select(static task => task.Name));
        Assert.Equal("Catalogue.Load", Assert.Single(table.Bootstraps).Name);
    }

    [Theory]
    [InlineData("shop", "Shop")]
    [InlineData("web-shop_2", "WebShop2")]
    [InlineData("Web", "Web")]
    public void Names_become_identifiers(string name, string identifier)
    {
        var template = new ProjectTemplate(name, "1", null);
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
        var refused =
            Assert.Throws<AgentException>(() => NewCommand.Run(new ProjectTemplate(name, "1", null), TextWriter.Null));
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith($"\"{name}\" is no name for a project.", refused.Message, StringComparison.Ordinal);
    }
}
