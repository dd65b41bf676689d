using LeanLoad.Generators;
using LeanLoad.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Xunit;

namespace LeanLoad.Tests.Generators;

public sealed class RulesTests
{
    public static TheoryData<string, string, string, string> Mistakes { get; } = MistakeTable.Rows();

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_one_error_that_names_it_and_its_cure_compiles(
        string rule, string message, string bad, string good)
    {
        var kind = rule == Rules.NoUsers.Id ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        var (ours, compilers, _) = LoadFileCompiler.Compile(LoadFileCompiler.Source(bad, kind));

        var error = Assert.Single(ours);
        Assert.Equal(rule, error.Id);
        Assert.Equal(DiagnosticSeverity.Error, error.Severity);
        Assert.StartsWith(message, error.GetMessage(System.Globalization.CultureInfo.InvariantCulture),
            StringComparison.Ordinal);
        Assert.Equal("Load.cs", error.Location.GetLineSpan().Path);
        Assert.Empty(compilers);

        (ours, compilers, _) = LoadFileCompiler.Compile(LoadFileCompiler.Source(good, kind));
        Assert.Empty(ours);
        Assert.Empty(compilers);
    }

    [Fact]
    public void Every_rule_has_a_mistake_here_and_a_line_among_the_releases()
    {
        var rules = typeof(Rules).GetFields().Select(field => ((DiagnosticDescriptor)field.GetValue(null)!).Id)
            .ToList();
        var releases =
            File.ReadAllLines(Repository.PathOf("agent", "LeanLoad.Generators", "AnalyzerReleases.Unshipped.md"));

        Assert.Equal(rules, Mistakes.Select(row => row.Data.Item1).Distinct());
        rules.AddRange(UserCodeRules.All.Select(static rule => rule.Id));
        Assert.Equal(rules,
            releases.Where(line => line.StartsWith("LL", StringComparison.Ordinal)).Select(line => line[..5]));
        var documented = File.ReadAllLines(Repository.PathOf("agent", "LeanLoad.Generators", "README.md"));
        Assert.Equal(rules,
            documented.Where(line => line.StartsWith("| LL", StringComparison.Ordinal)).Select(line => line[2..7]));
    }

    [Fact]
    public void A_mistake_is_reported_where_it_stands()
    {
        var (ours, _, _) = LoadFileCompiler.Compile(LoadFileCompiler.Source(
            "\n[LoadUser] sealed class Hub(string name) : User { [LoadTask] public void Go() => GC.KeepAlive(name); "
            + "}"));

        var line = Assert.Single(ours).Location.GetLineSpan();
        Assert.Equal("(1,35)-(1,39)", line.Span.ToString());
    }

    [Fact]
    public void All_mistakes_of_a_load_file_are_reported_at_once_and_the_rest_is_generated()
    {
        var (ours, compilers, text) = LoadFileCompiler.Compile(LoadFileCompiler.Source("""
            [LoadUser(Weight = 0)] sealed class Poor(int count) : User { [LoadTask] int Go() => count; }
            [LoadSettings] record Odd { public object? Thing { get; init; } public int Users { get; init; } }
            static class Maker { [Bootstrap] public static void Nothing() { } }
            [LoadUser] sealed class Good : User { [LoadTask] public void Go() { } }
            """));

        Assert.Equal(["LL003", "LL014", "LL020", "LL030", "LL041", "LL043"], ours.Select(one => one.Id).Order());
        Assert.Empty(compilers);
        Assert.Contains("new global::Good()", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Poor", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Odd", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Maker", text, StringComparison.Ordinal);
    }

    /// <summary>The compiler's own error is enough: each source has one, and generated code adds none.</summary>
    [Theory]
    [InlineData("[LoadUser] sealed class Hub(Missing it) : User { [LoadTask] public void Go() => GC.KeepAlive(it); }")]
    [InlineData("[LoadUser] sealed class Hub : Missing { [LoadTask] public void Go() { } }")]
    [InlineData("[LoadUser] sealed class Hub : User { [LoadTask] public Missing Go() => null!; }")]
    [InlineData("[LoadSettings] sealed record Hub { public required Missing It { get; init; } }")]
    [InlineData("static class Hub { [Bootstrap] public static Task<Missing> Make() => null!; }")]
    [InlineData("static class Hub { [Bootstrap] public static string Make(Missing it) => null!; }")]
    public void An_unknown_type_is_left_to_the_compiler(string source)
    {
        var (ours, compilers, _) = LoadFileCompiler.Compile(LoadFileCompiler.Source(source));

        Assert.Empty(ours);
        Assert.Equal("CS0246", Assert.Single(compilers).Id);
    }

    [Fact]
    public void A_library_may_call_RunAsync_without_users_of_its_own()
    {
        var (ours, _, _) = LoadFileCompiler.Compile(
            LoadFileCompiler.Source("public class C { public object M() => LoadTest.RunAsync([]); }"));

        Assert.Empty(ours);
    }

    [Fact]
    public void Another_RunAsync_needs_no_users()
    {
        var (ours, _, _) = LoadFileCompiler.Compile(LoadFileCompiler.Source(
            "RunAsync(); static void RunAsync() { }", OutputKind.ConsoleApplication));

        Assert.Empty(ours);
    }
}
