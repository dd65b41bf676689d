using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.Tests.Agents;

public sealed class BuildInputsTests : IDisposable
{
    static readonly DateTime Old = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    static readonly DateTime Young = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    readonly string root = Directory.CreateTempSubdirectory("ll-test-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("load/Program.cs", true)]
    [InlineData("load/deep/er/Feed.csv", true)]
    [InlineData("library/User.cs", true)] // through the project reference
    [InlineData("shared/Agent.props", true)] // through the import
    [InlineData("Directory.Packages.props", true)]
    [InlineData("load/bin/x.dll", false)]
    [InlineData("load/obj/x.cs", false)]
    [InlineData("elsewhere/User.cs", false)]
    public void A_change_counts_where_the_project_depends_on_it(string changed, bool counts)
    {
        Put("load/load.csproj", """
            <Project><Import Project="..\shared\Agent.props" /><ItemGroup><ProjectReference Include="../library/library.csproj" /></ItemGroup></Project>
            """);
        Put("library/library.csproj", "<Project />");
        Put("shared/Agent.props", "<Project />");
        Put(changed, changed.EndsWith("props", StringComparison.Ordinal) ? "<Project />" : "");
        File.SetLastWriteTimeUtc(Path.Combine(root, changed), Young);

        Assert.Equal(counts ? Young : Old, BuildInputs.Youngest(Path.Combine(root, "load/load.csproj")));
    }

    [Fact]
    public void A_load_file_depends_on_the_projects_that_it_names_at_its_top()
    {
        Put("load.cs", "#!/usr/bin/env dotnet\n#:project library\nusing LeanLoad;\n#:project other\n");
        Put("library/library.csproj", "not XML: the build will say so");
        Put("other/other.csproj", "<Project />");
        Put("library/User.cs", "");
        File.SetLastWriteTimeUtc(Path.Combine(root, "other/other.csproj"), Young.AddYears(1));
        File.SetLastWriteTimeUtc(Path.Combine(root, "library/User.cs"), Young);

        Assert.Equal(Young, BuildInputs.Youngest(Path.Combine(root, "load.cs")));
    }

    /// <summary>
    /// As this repository does: a load file in it is built against the sources, and nothing in the file says so.
    /// </summary>
    [Fact]
    public void A_load_file_depends_on_the_projects_that_the_properties_above_it_name()
    {
        Put("samples/load.cs", "#:package LeanLoad@*\nusing LeanLoad;\n");
        Put("Directory.Build.targets", """
            <Project><ItemGroup><ProjectReference Include="$(MSBuildThisFileDirectory)library/library.csproj" /></ItemGroup></Project>
            """);
        Put("library/library.csproj", "<Project />");
        Put("library/User.cs", "");
        File.SetLastWriteTimeUtc(Path.Combine(root, "library/User.cs"), Young);

        Assert.Equal(Young, BuildInputs.Youngest(Path.Combine(root, "samples/load.cs")));
    }

    void Put(string name, string text)
    {
        var path = Path.Combine(root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, Old);
    }
}
