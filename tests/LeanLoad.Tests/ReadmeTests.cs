using System.Text.RegularExpressions;
using LeanLoad.Tests.Generators;
using Xunit;

namespace LeanLoad.Tests;

/// <summary>What a newcomer copies from the README must work.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void The_load_file_of_the_README_compiles_to_one_user_and_one_bootstrap()
    {
        var readme = File.ReadAllText(Repository.PathOf("README.md"));
        var source = string.Join("\n", CSharp().Matches(readme).Select(static block => block.Groups[1].Value));

        // A library has no entry point, and the SDK's implicit usings are more than the compiler's.
        var table = LoadFileCompiler.Load("using System.IO;\n" + source.Replace("return await LoadTest.RunAsync(args);", "", StringComparison.Ordinal));

        Assert.Equal("Browse", Assert.Single(Assert.Single(table.Users).Tasks).Name);
        Assert.Equal("Catalogue.Load", Assert.Single(table.Bootstraps).Name);
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();
}
