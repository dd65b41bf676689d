using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LeanLoad.Generators;

/// <summary>A <see cref="Location"/> as a value: one that keeps no syntax tree, and so no compilation, alive.</summary>
sealed record Place(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static Place? Of(Location? location) => location is { IsInSource: true }
        ? new Place(location.SourceTree!.FilePath, location.SourceSpan, location.GetLineSpan().Span)
        : null;

    /// <summary>Where an attribute stands; null for one that comes from a referenced assembly.</summary>
    public static Place? Of(AttributeData attribute) =>
        Of(attribute.ApplicationSyntaxReference is { } written ? Location.Create(written.SyntaxTree, written.Span)
            : null);

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}

/// <summary>A <see cref="Diagnostic"/> as a value.</summary>
/// <param name="Rule">One of <see cref="Rules"/>.</param>
/// <param name="Place">Where; null where there is no source.</param>
/// <param name="Arguments">What fills the rule's message.</param>
sealed record Problem(DiagnosticDescriptor Rule, Place? Place, EquatableArray<string> Arguments)
{
    public Problem(DiagnosticDescriptor rule, Place? place, params string[] arguments)
        : this(rule, place, new EquatableArray<string>(arguments))
    {
    }

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(Rule, Place?.ToLocation() ?? Location.None, [.. Arguments]);
}
