using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace LeanLoad.Tests;

/// <summary>
/// Which folder may use which. A new folder, or a use that needs an exception, is decided here, in the open.
/// </summary>
public sealed class LayerTests
{
    const string Agent = "agent/LeanLoad";
    const string Profiler = "profiler/LeanLoad.Profiler";

    /// <summary>
    /// The agent's folders; left may use right, never back. The files at the top (LoadTest.cs) may use all.
    /// </summary>
    static readonly string[][] Layers =
    [
        ["Exports"], ["Cli", "Control", "Report"], ["Users", "Bootstraps"], ["Scenarios"], ["Http"], ["Shaping", "Tls"],
        ["Loop", "Stats", "Diagnostics"], ["Load", "Memory"],
    ];

    /// <summary>Uses among neighbours of one layer, each with its reason beside it.</summary>
    static readonly (string From, string To)[] Neighbours =
    [
        ("Cli", "Report"), // Help is prose in a terminal's columns, too.
        ("Diagnostics", "Stats"), // A snapshot's record carries histograms.
        ("Loop", "Stats"), // A loop measures its own turns: nobody outside could.
        ("Stats", "Diagnostics"), // A table writes its own records, so that what it holds stays its own.
    ];

    /// <summary>The project's words, which every folder may speak.</summary>
    static readonly string[] Words = ["LeanLoad.Bytes", "LeanLoad.Counted", "LeanLoad.Durations", "LeanLoad.Rates"];

    /// <summary>What of the agent the profiler may use: the contract and what it measures with.</summary>
    static readonly string[] OpenToTheProfiler = ["Diagnostics", "Memory", "Report", "Stats"];

    /// <summary>Folder = namespace, but for what an author writes and what the compiler asks for.</summary>
    static readonly (string Path, string Namespace)[] NamespaceExceptions =
    [
        (Agent + "/Scenarios/", "LeanLoad"),
        (Agent + "/Memory/Bytes.cs", "LeanLoad"),
        ("agent/LeanLoad.Generators/IsExternalInit.cs", "System.Runtime.CompilerServices"),
    ];

    [Fact]
    public void The_agents_folders_use_only_folders_to_their_right() =>
        None(AgentViolations(SourceFile.Below(Agent)));

    [Fact]
    public void The_profiler_uses_only_the_agents_contract_and_keeps_diagnostics_packages_in_one_folder() =>
        None(ProfilerViolations(SourceFile.Below(Profiler), SourceFile.Below(Agent)));

    [Theory]
    [InlineData(Agent)]
    [InlineData("agent/LeanLoad.Generators")]
    [InlineData(Profiler)]
    [InlineData("tests/LeanLoad.Tests")]
    [InlineData("tests/LeanLoad.EndToEnd")]
    [InlineData("benchmarks/LeanLoad.Benchmarking")]
    [InlineData("benchmarks/LeanLoad.Benchmarks")]
    [InlineData("benchmarks/LeanLoad.Benchmarks.Native")]
    [InlineData("benchmarks/LeanLoad.Judge")]
    [InlineData("tests/LeanLoad.HungryLoad")]
    public void Folder_is_namespace(string project) =>
        None(SourceFile.Below(project).SelectMany(NamespaceViolations));

    /// <summary>
    /// Each row: a folder, what stands in it, and how the violation begins; empty where there is none.
    /// </summary>
    [Theory]
    [InlineData("Http", "class A { void M() => new Users.Crowd(); }", "Http may not use Users (LeanLoad.Users.Crowd)")]
    [InlineData("Http", "class A { object M() => Maker.Make(); }", "Http may not use Users (LeanLoad.Users.Maker)")]
    [InlineData("Memory", "class A(LeanLoad.User user) { string M() => user.ToString(); }",
        "Memory may not use Scenarios (LeanLoad.User)")]
    [InlineData("Load", "class A { Memory.Ledger? it; }", "Load may not use Memory (LeanLoad.Memory.Ledger)")]
    [InlineData("Loop", "class A { object M() => new LoadTest(); }", "Loop may not use the top (LeanLoad.LoadTest)")]
    [InlineData("Util", "class A;", "Util is not in the table")]
    [InlineData("Users", "class A { object M() => Memory.Ledger.One; }", "")]
    [InlineData("Load", "class A { Bytes M() => new(1); object N() => Durations.None; }", "")]
    [InlineData("Users", "class A : Crowd;", "")]
    public void A_use_of_a_folder_to_the_left_or_beside_is_found(string folder, string code, string violation)
    {
        SourceFile[] files =
        [
            new($"{Agent}/{folder}/Sample.cs", $"using LeanLoad.Users; namespace LeanLoad.{folder}; {code}"),
            new($"{Agent}/Users/Crowd.cs",
                "namespace LeanLoad.Users; class Crowd; static class Maker { public static Crowd Make() => new(); }"),
            new($"{Agent}/Scenarios/User.cs", "namespace LeanLoad; public abstract class User;"),
            new($"{Agent}/Scenarios/Durations.cs",
                "namespace LeanLoad; public static class Durations { public static object? None; }"),
            new($"{Agent}/Memory/Bytes.cs", "namespace LeanLoad; public record struct Bytes(long Count);"),
            new($"{Agent}/Memory/Ledger.cs",
                "namespace LeanLoad.Memory; class Ledger { public static Ledger One = new(); }"),
            new($"{Agent}/LoadTest.cs",
                "namespace LeanLoad; public class LoadTest { Users.Crowd? it; Memory.Ledger? that; }"),
        ];

        Expect(violation, AgentViolations(files));
    }

    [Theory]
    [InlineData("Verdict", "class A { LeanLoad.Http.Session? it; }",
        "Verdict may not use the agent's Http (LeanLoad.Http.Session)")]
    [InlineData("Verdict", "class A { LeanLoad.User? it; }",
        "Verdict may not use the agent's Scenarios (LeanLoad.User)")]
    [InlineData("Verdict", "class A { object M() => new Microsoft.Diagnostics.NETCore.Client.DiagnosticsClient(1); }",
        "Verdict may not use Microsoft.Diagnostics.NETCore.Client.DiagnosticsClient")]
    [InlineData("Diagnostics",
        "class A { object M() => new Microsoft.Diagnostics.NETCore.Client.DiagnosticsClient(1); }", "")]
    [InlineData("Verdict", "class A { LeanLoad.Stats.Histogram? it; Bytes size; System.Diagnostics.Process? process; }",
        "")]
    public void A_use_of_the_agent_beyond_its_contract_is_found(string folder, string code, string violation)
    {
        SourceFile[] agent =
        [
            new($"{Agent}/Http/Session.cs", "namespace LeanLoad.Http; class Session;"),
            new($"{Agent}/Stats/Histogram.cs", "namespace LeanLoad.Stats; class Histogram;"),
            new($"{Agent}/Scenarios/User.cs", "namespace LeanLoad; class User;"),
            new($"{Agent}/Memory/Bytes.cs", "namespace LeanLoad; public record struct Bytes(long Count);"),
        ];

        Expect(violation, ProfilerViolations(
            [new($"{Profiler}/{folder}/Sample.cs", $"namespace LeanLoad.Profiler.{folder}; {code}")], agent));
    }

    [Fact]
    public void A_diagnostics_package_named_in_a_using_alone_is_found() => Expect(
        "the top may not use Microsoft.Diagnostics.Tracing",
        ProfilerViolations([new($"{Profiler}/Program.cs", "using Microsoft.Diagnostics.Tracing;")], []));

    [Theory]
    [InlineData(Agent + "/Http/A.cs", "namespace LeanLoad.Https; class A;",
        Agent + "/Http/A.cs is in namespace LeanLoad.Https, not LeanLoad.Http")]
    [InlineData(Agent + "/Http/A.cs", "class A;", Agent + "/Http/A.cs is in no namespace, not LeanLoad.Http")]
    [InlineData(Agent + "/A.cs", "namespace LeanLoad.Http { class A; }",
        Agent + "/A.cs is in namespace LeanLoad.Http, not LeanLoad")]
    [InlineData(Agent + "/Memory/Bytes.cs", "namespace LeanLoad; struct Bytes;", "")]
    [InlineData("tests/LeanLoad.Tests/Http/A.cs", "namespace LeanLoad.Tests.Http; class A;", "")]
    [InlineData(Profiler + "/Program.cs", "System.Console.WriteLine();", "")]
    public void A_folder_that_is_not_the_namespace_is_found(string path, string code, string violation) =>
        Expect(violation, NamespaceViolations(new SourceFile(path, code)));

    /// <summary>All of them, a line each: a list's usual message shows five, cut short.</summary>
    static void None(IEnumerable<string> violations)
    {
        var lines = string.Join('\n', violations);
        Assert.True(lines.Length == 0, lines);
    }

    static void Expect(string violation, IEnumerable<string> found)
    {
        if (violation.Length == 0) None(found);
        else Assert.Contains(violation, Assert.Single(found.Select(one => one.Split(": ", 2)[^1]).Distinct()),
            StringComparison.Ordinal);
    }

    static IEnumerable<string> AgentViolations(IEnumerable<SourceFile> files)
    {
        var all = files.ToList();
        foreach (var folder in all.Select(file => Folder(file.Path, Agent)).Distinct())
            if (folder.Length > 0 && Layer(folder) < 0)
            {
                yield return $"{Agent}: {folder} is not in the table; give it its place";
            }
        foreach (var use in SourceUses.Of(all, []))
        {
            if (use.To is null || Words.Contains(use.Type)) continue;
            var (from, to) = (Folder(use.From, Agent), Folder(use.To, Agent));
            if (from == to || from.Length == 0 || Layer(from) < 0) continue;
            if (Layer(from) < Layer(to) || (Layer(from) == Layer(to) && Neighbours.Contains((from, to)))) continue;
            yield return $"{use.At}: {Shown(from)} may not use {Shown(to)} ({use.Type})";
        }
    }

    static IEnumerable<string> ProfilerViolations(IEnumerable<SourceFile> profiler, IEnumerable<SourceFile> agent)
    {
        foreach (var use in SourceUses.Of(profiler, agent))
        {
            var from = Folder(use.From, Profiler);
            if (use.To is null)
            {
                if (use.Type.StartsWith("Microsoft.Diagnostics.", StringComparison.Ordinal) && from != "Diagnostics")
                {
                    yield return $"{use.At}: {Shown(from)} may not use {use.Type}; let a type in Diagnostics "
                        + "translate it";
                }
            }
            else if (use.To.StartsWith(Agent + "/", StringComparison.Ordinal) && !Words.Contains(use.Type))
            {
                var to = Folder(use.To, Agent);
                if (!OpenToTheProfiler.Contains(to))
                {
                    yield return $"{use.At}: {Shown(from)} may not use the agent's {Shown(to)} ({use.Type})";
                }
            }
        }
    }

    static IEnumerable<string> NamespaceViolations(SourceFile file)
    {
        var parts = file.Path.Split('/');
        var exception =
            NamespaceExceptions.FirstOrDefault(one => file.Path.StartsWith(one.Path, StringComparison.Ordinal));
        var expected = exception.Namespace ?? string.Join('.', parts[1..^1]);
        var root = CSharpSyntaxTree.ParseText(file.Text).GetRoot(TestContext.Current.CancellationToken);
        foreach (var type in root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Where(one => one.Parent is not BaseTypeDeclarationSyntax))
        {
            var actual = string.Join('.',
                type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Reverse().Select(one => one.Name));
            if (actual != expected)
            {
                yield return $"{file.Path} is in {(actual.Length == 0 ? "no namespace" : "namespace " + actual)}, "
                    + $"not {expected}";
            }
        }
    }

    /// <summary>The first folder below a project; empty for a file at its top.</summary>
    static string Folder(string path, string project) =>
        path[(project.Length + 1)..].Split('/') is [var folder, _, ..] ? folder : "";

    /// <summary>
    /// 0 for the left-most layer; the top is left of it, and so is a folder that is not in the table.
    /// </summary>
    static int Layer(string folder) => Array.FindIndex(Layers, layer => layer.Contains(folder));

    static string Shown(string folder) => folder.Length == 0 ? "the top" : folder;
}
