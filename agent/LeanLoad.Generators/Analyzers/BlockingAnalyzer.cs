using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace LeanLoad.Generators.Analyzers;

/// <summary>LL060: code of a user that holds its thread where it could await.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockingAnalyzer : DiagnosticAnalyzer
{
    const string Await = "Await it";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [UserCodeRules.Blocks];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(OnCall, OperationKind.Invocation);
        context.RegisterOperationAction(OnProperty, OperationKind.PropertyReference);
    }

    static void OnCall(OperationAnalysisContext context)
    {
        var method = ((IInvocationOperation)context.Operation).TargetMethod;
        if (Cure(method, context.Compilation) is { } cure)
        {
            Report(context, $"{method.ContainingType.Name}.{method.Name}()", cure);
        }
    }

    static void OnProperty(OperationAnalysisContext context)
    {
        var property = ((IPropertyReferenceOperation)context.Operation).Property;
        if (property.Name == "Result" && IsAwaitable(property.ContainingType))
        {
            Report(context, $"{property.ContainingType.Name}.Result", Await);
        }
    }

    static void Report(OperationAnalysisContext context, string what, string cure)
    {
        if (UserCode.UserOf(context.ContainingSymbol) is not { } user || IsElsewhere(context.Operation)) return;
        context.ReportDiagnostic(Diagnostic.Create(
            UserCodeRules.Blocks, context.Operation.Syntax.GetLocation(), what,
            UserCode.Shown(user, context.ContainingSymbol), cure));
    }

    /// <summary>Inside what is handed to <c>Task.Run</c> it blocks a thread of the pool, not the loop.</summary>
    static bool IsElsewhere(IOperation operation)
    {
        for (var one = operation.Parent; one is not null; one = one.Parent)
        {
            if (one is IInvocationOperation { TargetMethod: { Name: "Run" or "StartNew" } method }
                && method.ContainingType.ContainingNamespace?.ToDisplayString() == "System.Threading.Tasks")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What to do instead; null where the call does not block, or not for long.</summary>
    static string? Cure(IMethodSymbol method, Compilation compilation)
    {
        var type = method.ContainingType;
        var name = type.ContainingNamespace?.ToDisplayString();
        return (name, type.Name, method.Name) switch
        {
            ("System.Threading", "Thread", "Sleep") => "Write await Pause(…)",
            ("System.Threading", "Thread", "Join") => "Start no threads in a user, or await a Task instead",
            ("System.Threading.Tasks", "Task", "Wait" or "WaitAll" or "WaitAny") =>
                "Await it, or Task.WhenAll or Task.WhenAny",
            ("System.Runtime.CompilerServices", _, "GetResult") when type.Name.Contains("Awaiter") => Await,
            ("System.Threading", "SemaphoreSlim" or "ManualResetEventSlim" or "WaitHandle" or "CountdownEvent"
                or "Barrier", "Wait" or "WaitOne" or "SignalAndWait")
                => "A user needs no lock; await what others signal",
            ("System", "Console", "ReadLine" or "ReadKey" or "Read") =>
                "A user is asked nothing; take a [LoadSettings] record",
            ("System.Diagnostics", "Process", "WaitForExit") => "Await WaitForExitAsync",
            ("System.IO", "File" or "Stream" or "FileStream" or "StreamReader" or "StreamWriter", _)
                or ("System.Net.Sockets", "NetworkStream" or "Socket" or "TcpClient" or "UdpClient", _)
                or ("System.Net.Http", "HttpClient", _)
                or ("System.Net", "Dns", _)
                or ("System.Data.Common", _, _) when AsyncTwin(method) is { } twin => $"Await {twin}",
            _ => null,
        };
    }

    static string? AsyncTwin(IMethodSymbol method)
    {
        if (method.Name.EndsWith("Async", StringComparison.Ordinal) || method.IsStatic && method.Name is "Exists")
        {
            return null;
        }

        var twin = method.Name + "Async";
        return method.ContainingType.BasesFirst().Any(type => type.GetMembers(twin).Length > 0) ? twin : null;
    }

    static bool IsAwaitable(INamedTypeSymbol type) =>
        type.Name is "Task" or "ValueTask" && type.ContainingNamespace?.ToDisplayString() == "System.Threading.Tasks";
}
