using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace LeanLoad.Generators.Analyzers;

/// <summary>
/// LL063, the mistake of the story: the beginning of a user that reads a file, or a list from JSON, itself or through
/// methods of the same program. A single object read from JSON may well be this user's own; a list, hardly.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SameForAllAnalyzer : DiagnosticAnalyzer
{
    static readonly string[] FileReads =
        ["ReadAllText", "ReadAllLines", "ReadAllBytes", "ReadLines", "OpenRead", "OpenText", "Open", "ReadAllTextAsync",
            "ReadAllLinesAsync", "ReadAllBytesAsync", "ReadLinesAsync"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [UserCodeRules.SameForAll];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var calls = new ConcurrentBag<Call>();
            start.RegisterOperationAction(operation => Collect(operation, calls), OperationKind.Invocation,
                OperationKind.ObjectCreation);
            start.RegisterCompilationEndAction(end => Report(end, calls));
        });
    }

    static void Collect(OperationAnalysisContext context, ConcurrentBag<Call> calls)
    {
        var target = context.Operation is IInvocationOperation call ? call.TargetMethod
            : ((IObjectCreationOperation)context.Operation).Constructor;
        if (target is not null)
        {
            calls.Add(new Call(context.ContainingSymbol, target, context.Operation.Syntax.GetLocation()));
        }
    }

    static void Report(CompilationAnalysisContext context, ConcurrentBag<Call> calls)
    {
        var byCaller = calls.ToLookup(static call => UserCode.Outermost(call.Caller).OriginalDefinition,
            SymbolEqualityComparer.Default);
        foreach (var call in calls)
        {
            if (UserCode.UserOf(call.Caller) is not { } user || !UserCode.IsBeginning(call.Caller)) continue;
            if (Finding(call.Target, byCaller, []) is not { } finding) continue;
            context.ReportDiagnostic(Diagnostic.Create(
                UserCodeRules.SameForAll, call.Place, UserCode.Shown(user, call.Caller), finding));
        }
    }

    /// <summary>What a call reads, itself or through what it calls; null for nothing of the kind.</summary>
    static string? Finding(IMethodSymbol target, ILookup<ISymbol, Call> byCaller, ImmutableHashSet<ISymbol> path)
    {
        if (Read(target) is { } read) return read;
        var definition = target.OriginalDefinition;
        if (path.Count > 8 || path.Contains(definition, SymbolEqualityComparer.Default)) return null;
        // What a bootstrap does, it does once.
        if (definition.Attribute("BootstrapAttribute") is not null) return null;
        foreach (var next in byCaller[definition])
        {
            if (Finding(Constructed(next.Target, target), byCaller, path.Add(definition)) is not { } finding) continue;
            return finding.EndsWith(")", StringComparison.Ordinal) ? finding
                : $"{finding} (in {definition.ContainingType.Name}.{definition.Name})";
        }

        return null;
    }

    /// <summary>A callee with the type arguments that its caller was called with.</summary>
    static IMethodSymbol Constructed(IMethodSymbol callee, IMethodSymbol caller)
    {
        if (!callee.IsGenericMethod || caller.TypeArguments.Length == 0) return callee;
        var arguments = callee.TypeArguments.Select(argument =>
            argument is ITypeParameterSymbol { TypeParameterKind: TypeParameterKind.Method } own
                && own.Ordinal < caller.TypeArguments.Length
                ? caller.TypeArguments[own.Ordinal] : argument);
        return callee.OriginalDefinition.Construct([.. arguments]);
    }

    static string? Read(IMethodSymbol method)
    {
        var (space, type) = (method.ContainingNamespace?.ToDisplayString(), method.ContainingType.Name);
        if (space == "System.IO" && type == "File" && FileReads.Contains(method.Name)) return "reads a file";
        if (space == "System.IO" && type is "StreamReader" or "FileStream"
            && method.MethodKind == MethodKind.Constructor
            && method.Parameters.FirstOrDefault()?.Type.SpecialType == SpecialType.System_String) return "reads a file";
        var isJson = (space, type) is ("System.Text.Json", "JsonSerializer") or ("LeanLoad.Http", "HttpResponse")
            && method.Name.StartsWith("Deserialize", StringComparison.Ordinal) | method.Name == "Json";
        return isJson && method.TypeArguments.FirstOrDefault(IsList) is { } list ? $"reads {list.Shown()} from JSON"
            : null;
    }

    static bool IsList(ITypeSymbol type) =>
        type is IArrayTypeSymbol
        || (type.SpecialType != SpecialType.System_String && type.AllInterfaces.Append(type).Any(
            static one => one.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T));

    readonly struct Call(ISymbol caller, IMethodSymbol target, Location place)
    {
        public ISymbol Caller => caller;

        public IMethodSymbol Target => target;

        public Location Place => place;
    }
}
