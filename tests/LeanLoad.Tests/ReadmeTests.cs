using System.Text.RegularExpressions;
using LeanLoad.Tests.Generators;
using Xunit;

namespace LeanLoad.Tests;

/// <summary>What a newcomer copies from the README must work.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void The_first_load_file_of_the_README_compiles_and_takes_five_lines()
    {
        var first = Blocks().First();

        Assert.Equal(5, first.Split('\n').Length - 1);
        Assert.Equal("Home", Assert.Single(Assert.Single(Load(first).Users).Tasks).Name);
    }

    [Fact]
    public void The_load_file_of_the_README_compiles_to_one_user_and_its_bootstraps()
    {
        var table = Load(string.Join("\n", Blocks().Skip(1)));

        Assert.Equal(["Browse", "Cart", "Pay"], Assert.Single(table.Users).Tasks.Select(static task => task.Name));
        Assert.Equal(["Catalogue.Load", "Account.Open"], table.Bootstraps.Select(static one => one.Name));
    }

    static IEnumerable<string> Blocks() => CSharp().Matches(File.ReadAllText(Repository.PathOf("README.md"))).Select(
        static block => block.Groups[1].Value);

    /// <summary>
    /// A library has no entry point, a directive is the SDK's to read, and its implicit usings are more than the
    /// compiler's.
    /// </summary>
    static ScenarioTable Load(string source) => LoadFileCompiler.Load(
        "using System.IO;\n" + source.Replace("return await LoadTest.RunAsync(args);", "", StringComparison.Ordinal)
            .Replace("#:package LeanLoad@*", "", StringComparison.Ordinal));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();
}
