using LeanLoad.CodeFixes;
using LeanLoad.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace LeanLoad.Tests.Generators.Analyzers;

/// <summary>A fix, as an editor applies it: afterwards the warning is gone, and it compiles.</summary>
public sealed class CodeFixTests
{
    [Theory]
    [InlineData("public void Go() => Thread.Sleep(5);",
        "public async ValueTask Go() => await Pause(5.Milliseconds());")]
    [InlineData("public void Go() { Thread.Sleep(2.Seconds()); }",
        "public async ValueTask Go() { await Pause(2.Seconds()); }")]
    [InlineData("public void Go() { Task.Delay(1).Wait(); }", "public async ValueTask Go() { await Task.Delay(1); }")]
    [InlineData("public async Task Go() { var it = Task.FromResult(1).Result; await Task.Yield(); }",
        "public async Task Go() { var it = await Task.FromResult(1); await Task.Yield(); }")]
    [InlineData("public void Go() { var it = Task.FromResult(1).Result.ToString(); }",
        "public async ValueTask Go() { var it = (await Task.FromResult(1)).ToString(); }")]
    [InlineData("public void Go() { Http.Get(\"/\").GetAwaiter().GetResult().Check(200); }",
        "public async ValueTask Go() { (await Http.Get(\"/\")).Check(200); }")]
    public async Task A_blocking_call_becomes_an_await(string before, string after) =>
        Assert.Equal(Source(after), await Mend(Source(before)));

    [Theory]
    [InlineData("public void Go() { Action wait = () => Thread.Sleep(5); wait(); }")]
    [InlineData("public ValueTask Go() { Thread.Sleep(5); return default; }")]
    [InlineData("public void Go() { System.IO.File.ReadAllText(\"x\"); }")]
    public async Task What_a_fix_could_break_is_left_to_the_author(string source) =>
        Assert.Null(await Mend(Source(source)));

    static string Source(string task) => $"[LoadUser] public sealed class Hub : HttpUser {{ [LoadTask] {task} }}";

    /// <summary>The source with the one warning mended; null where no fix is offered.</summary>
    static async Task<string?> Mend(string source)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var workspace = new AdhocWorkspace();
        var shape = LoadFileCompiler.Source("");
        var project = workspace.AddProject("Load", LanguageNames.CSharp)
            .WithMetadataReferences(shape.References).WithCompilationOptions(shape.Options)
                .WithParseOptions(shape.SyntaxTrees[0].Options);
        project = project.AddDocument("Usings.cs", SourceText.From(await shape.SyntaxTrees[0].GetTextAsync(cancel)
            .ContinueWith(static text => text.Result.ToString(), TaskScheduler.Default))).Project;
        var document = project.AddDocument("Load.cs", source);
        var warning = Assert.Single(await Warnings(document, cancel));
        var actions = new List<CodeAction>();
        await new AwaitInsteadOfBlocking()
            .RegisterCodeFixesAsync(new CodeFixContext(document, warning, (action, _) => actions.Add(action), cancel));
        if (actions.Count == 0) return null;
        var operations = await Assert.Single(actions).GetOperationsAsync(cancel);
        var mended = Assert.Single(operations.OfType<ApplyChangesOperation>())
            .ChangedSolution.GetDocument(document.Id)!;
        Assert.Empty(await Warnings(mended, cancel));
        var errors = (await mended.Project.GetCompilationAsync(cancel))!.GetDiagnostics(cancel)
            .Where(static one => one.Severity == DiagnosticSeverity.Error);
        Assert.Empty(errors);
        return (await mended.GetTextAsync(cancel)).ToString();
    }

    static async Task<IEnumerable<Diagnostic>> Warnings(Document document, CancellationToken cancel) =>
        await (await document.Project.GetCompilationAsync(cancel))!
            .WithAnalyzers([new BlockingAnalyzer()], options: (AnalyzerOptions?)null)
                .GetAnalyzerDiagnosticsAsync(cancel);
}
