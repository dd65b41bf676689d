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

    [Fact]
    public void What_a_load_file_says_of_its_load_in_the_README_compiles()
    {
        var texts = Options().Matches(File.ReadAllText(Repository.PathOf("README.md")))
            .Select(static block => block.Groups[1].Value).ToArray();
        Assert.Equal(2, texts.Length);
        foreach (var text in texts)
        {
            // A library has no entry point: the options stand in a member instead.
            var source = text.Replace("return await LoadTest.RunAsync(args, ",
                "static class Told { public static LoadOptions Make() => ", StringComparison.Ordinal)
                .Replace("});", "}; }", StringComparison.Ordinal);
            Assert.Single(Load(source + """

                [LoadUser] class Visitor : User { [LoadTask] public void Home() { } }
                """).Users);
        }
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

    [GeneratedRegex("```cs\n(return await LoadTest.RunAsync\\(args, .*?)```", RegexOptions.Singleline)]
    private static partial Regex Options();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();
}
