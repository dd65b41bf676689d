using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace LeanLoad.Generators.Analyzers;

/// <summary>LL061, LL062 and LL064: what each user makes for itself and all could share.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PerUserAnalyzer : DiagnosticAnalyzer
{
    /// <summary>From here on an array lies on the large object heap, which is compacted last.</summary>
    const long LargeObject = 85_000;

    /// <summary>A literal of so many elements is a table, not a handful of names.</summary>
    const int Table = 256;

    static readonly string[] Clients = ["HttpClient", "HttpClientHandler", "SocketsHttpHandler", "WinHttpHandler"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics =>
        [UserCodeRules.OwnClient, UserCodeRules.LargePerUser, UserCodeRules.OwnResult];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(OnObject, OperationKind.ObjectCreation);
        context.RegisterOperationAction(OnArray, OperationKind.ArrayCreation);
        context.RegisterOperationAction(OnCollection, OperationKind.CollectionExpression);
    }

    static void OnObject(OperationAnalysisContext context)
    {
        if (UserCode.UserOf(context.ContainingSymbol) is not { } user) return;
        var creation = (IObjectCreationOperation)context.Operation;
        if (creation.Type is not INamedTypeSymbol type) return;
        var isClient = Clients.Contains(type.Name) && type.ContainingNamespace?.ToDisplayString() == "System.Net.Http";
        if (isClient) Report(context, UserCodeRules.OwnClient, user.Name, type.Name);
        else if (Maker(type) is { } maker)
        {
            Report(context, UserCodeRules.OwnResult, UserCode.Shown(user, context.ContainingSymbol), type.Shown(),
                maker);
        }
        else if (creation.Initializer?.Initializers.Length >= Table)
        {
            ReportTable(context, user, creation.Initializer.Initializers.Length);
        }
    }

    static void OnArray(OperationAnalysisContext context)
    {
        if (UserCode.UserOf(context.ContainingSymbol) is not { } user) return;
        var creation = (IArrayCreationOperation)context.Operation;
        if (creation.Initializer?.ElementValues.Length >= Table)
        {
            ReportTable(context, user, creation.Initializer.ElementValues.Length);
            return;
        }

        var bytes = (double)SizeOf(((IArrayTypeSymbol)creation.Type!).ElementType);
        foreach (var dimension in creation.DimensionSizes)
        {
            if (dimension.ConstantValue is not { HasValue: true, Value: IConvertible size }) return;
            bytes *= size.ToDouble(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (bytes >= LargeObject) Report(context, UserCodeRules.LargePerUser, user.Name, $"an array of {Shown(bytes)}");
    }

    static void OnCollection(OperationAnalysisContext context)
    {
        if (UserCode.UserOf(context.ContainingSymbol) is not { } user) return;
        var elements = ((ICollectionExpressionOperation)context.Operation).Elements.Length;
        if (elements >= Table && context.Operation.Type is not { IsRefLikeType: true })
        {
            ReportTable(context, user, elements);
        }
    }

    static void ReportTable(OperationAnalysisContext context, INamedTypeSymbol user, int elements) =>
        Report(context, UserCodeRules.LargePerUser, user.Name, $"a table of {elements} elements");

    /// <summary>The bootstrap that makes a type, where it stands in that type, as bootstraps do.</summary>
    static string? Maker(INamedTypeSymbol type) => (
        from method in type.GetMembers().OfType<IMethodSymbol>()
        where method.IsStatic && method.Attribute("BootstrapAttribute") is not null
        select $"{type.Name}.{method.Name}").FirstOrDefault();

    static void Report(OperationAnalysisContext context, DiagnosticDescriptor rule, params object[] arguments) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, context.Operation.Syntax.GetLocation(), arguments));

    static string Shown(double bytes) =>
        bytes >= 1 << 20 ? $"{bytes / (1 << 20):0.#} MiB" : $"{bytes / 1024:0} KiB";

    /// <summary>At least: a struct of others counts one byte.</summary>
    static int SizeOf(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Boolean => 1,
        SpecialType.System_Char or SpecialType.System_Int16 or SpecialType.System_UInt16 => 2,
        SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Single => 4,
        SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_Double
            or SpecialType.System_DateTime => 8,
        SpecialType.System_Decimal => 16,
        _ => type.IsReferenceType ? 8 : 1,
    };
}
