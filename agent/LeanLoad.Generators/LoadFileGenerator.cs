using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeanLoad.Generators;

/// <summary>
/// Turns what a load file declares into one table, registered by a module initializer. Read, bind, write; each stage
/// hands the next plain values, so that an edit which changes no declaration costs nothing further, and no compilation
/// is kept alive.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class LoadFileGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var syntax = context.SyntaxProvider;
        var users = syntax.ForAttributeWithMetadataName(
            "LeanLoad.LoadUserAttribute", static (node, _) => node is TypeDeclarationSyntax, UserReader.Read);
        var bootstraps = syntax.ForAttributeWithMetadataName(
            "LeanLoad.BootstrapAttribute",
            static (node, _) => node is MethodDeclarationSyntax or LocalFunctionStatementSyntax, BootstrapReader.Read);
        var settings = syntax.ForAttributeWithMetadataName(
            "LeanLoad.LoadSettingsAttribute", static (node, _) =>
                node is TypeDeclarationSyntax, SettingsRecordReader.Read);
        var started = syntax.ForAttributeWithMetadataName(
            "LeanLoad.RunStartedAttribute",
            static (node, _) => node is MethodDeclarationSyntax or LocalFunctionStatementSyntax, HookReader.Read);
        var stopped = syntax.ForAttributeWithMetadataName(
            "LeanLoad.RunStoppedAttribute",
            static (node, _) => node is MethodDeclarationSyntax or LocalFunctionStatementSyntax, HookReader.Read);
        var json = syntax.ForAttributeWithMetadataName(
            "System.Text.Json.Serialization.JsonSerializableAttribute",
            static (node, _) => node is ClassDeclarationSyntax, JsonContextReader.Read);
        var strays = syntax.ForAttributeWithMetadataName(
            "LeanLoad.LoadTaskAttribute",
            static (node, _) => node is MethodDeclarationSyntax or LocalFunctionStatementSyntax, TaskReader.ReadStray);
        var runs = syntax.CreateSyntaxProvider(RunCallReader.MayBe, RunCallReader.Read);

        var hooks = started.Collect().Combine(stopped.Collect())
            .Select(static (both, _) => both.Left.AddRange(both.Right));
        var loadFile = users.Collect()
            .Combine(bootstraps.Collect()).Combine(settings.Collect()).Combine(hooks).Combine(json.Collect())
                .Combine(runs.Collect())
            .Select(static (all, _) =>
            {
                var (((((users, bootstraps), settings), hooks), json), runs) = all;
                return LoadFile.Bind(users, bootstraps, settings, hooks, json, runs);
            })
            .WithTrackingName("Bound");

        context.RegisterSourceOutput(strays, static (output, problem) =>
        {
            if (problem is not null) output.ReportDiagnostic(problem.ToDiagnostic());
        });
        context.RegisterSourceOutput(
            loadFile.SelectMany(static (bound, _) => bound.Problems),
            static (output, problem) => output.ReportDiagnostic(problem.ToDiagnostic()));
        // The text and not its parts: moving a declaration to another line changes places, but never the text.
        context.RegisterSourceOutput(
            loadFile.Select(static (bound, _) => bound.Text).WithTrackingName("Text"),
            static (output, text) =>
            {
                if (text is not null) output.AddSource("LoadFile.g.cs", text);
            });
    }
}
