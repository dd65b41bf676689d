using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using LeanLoad.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Generators;

/// <summary>
/// Compiles load files in memory, as the SDK would: with our generator and the one of System.Text.Json.
/// </summary>
static class LoadFileCompiler
{
    const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using LeanLoad;
        """;

    static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != "LeanLoad.Tests.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>A library by default, so that a sample needs no Main.</summary>
    public static CSharpCompilation Source(string source, OutputKind kind = OutputKind.DynamicallyLinkedLibrary) =>
        CSharpCompilation.Create(
            $"LoadFile{Guid.NewGuid():N}", [Parse(Usings, "Usings.cs"), Parse(source, "Load.cs")], References,
            new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable));

    public static SyntaxTree Parse(string source, string path) =>
        CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp14), path);

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new LoadFileGenerator().AsSourceGenerator(), .. JsonGenerators()],
        parseOptions: new CSharpParseOptions(LanguageVersion.CSharp14),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None,
            trackIncrementalGeneratorSteps: true));

    /// <summary>
    /// What our generator reports, and what the compiler then says about all sources together, warnings included.
    /// </summary>
    public static (ImmutableArray<Diagnostic> Ours, ImmutableArray<Diagnostic> Compilers, string? Text) Compile(
        CSharpCompilation source)
    {
        var result = Driver().RunGeneratorsAndUpdateCompilation(source, out var compilation, out _,
            TestContext.Current.CancellationToken)
            .GetRunResult();
        var ours = result.Results.Single(one => one.Generator.GetGeneratorType() == typeof(LoadFileGenerator));
        Assert.Null(ours.Exception);
        var compilers = compilation.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(one => one.Severity >= DiagnosticSeverity.Warning);
        return (ours.Diagnostics, [.. compilers], ours.GeneratedSources.SingleOrDefault().SourceText?.ToString());
    }

    /// <summary>The table that a load file without mistakes registers when it is loaded.</summary>
    public static ScenarioTable Load(string source)
    {
        Driver().RunGeneratorsAndUpdateCompilation(Source(source), out var compilation, out _,
            TestContext.Current.CancellationToken);
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(emitted.Diagnostics.Where(one => one.Severity >= DiagnosticSeverity.Warning));
        image.Position = 0;
        var module = new AssemblyLoadContext("load file").LoadFromStream(image).ManifestModule;
        RuntimeHelpers.RunModuleConstructor(module.ModuleHandle);

        // Other tests may have registered theirs: only what this module declared.
        var all = ScenarioTable.Registered;
        return new ScenarioTable
        {
            Users = [.. all.Users.Where(one => one.Create.Method.Module == module)],
            Bootstraps = [.. all.Bootstraps.Where(one => one.Run.Method.Module == module)],
            Settings = [.. all.Settings.Where(one => one.Type.Module == module)],
        };
    }

    /// <summary>From the targeting pack of the SDK that runs these tests.</summary>
    static ImmutableArray<ISourceGenerator> JsonGenerators()
    {
        var dotnet =
            Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
        var pack = Directory.GetDirectories(Path.Combine(dotnet, "packs", "Microsoft.NETCore.App.Ref"), "10.*").Order()
            .Last();
        var path = Path.Combine(pack, "analyzers", "dotnet", "cs", "System.Text.Json.SourceGeneration.dll");
        return new AnalyzerFileReference(path, new Loader()).GetGenerators(LanguageNames.CSharp);
    }

    sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
