using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeanLoad.Generators;

/// <summary>Reads a <c>[LoadSettings]</c> record: each public property that can be set becomes an option.</summary>
static class SettingsRecordReader
{
    public static SettingsDeclaration Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var compilation = context.SemanticModel.Compilation;
        var place = Place.Of(((TypeDeclarationSyntax)context.TargetNode).Identifier.GetLocation());
        var problems = new List<Problem>();
        var isKnown = true;
        var options = new List<OptionDeclaration>();

        if (!type.IsReachable(compilation)) problems.Add(new(Rules.NotReachable, place, type.FullName()));
        else if (WhyNotSettings(type, compilation) is { } why)
        {
            problems.Add(new(Rules.NotARecord, place, type.FullName(), why));
        }
        else
        {
            foreach (var property in Properties(type))
            {
                cancel.ThrowIfCancellationRequested();
                isKnown &= property.Type.TypeKind != TypeKind.Error;
                if (Option(property, compilation, place, problems) is { } option) options.Add(option);
            }
        }

        return new SettingsDeclaration(type.FullName(), type.Identity(), new(options), place, new(problems), isKnown);
    }

    static string? WhyNotSettings(INamedTypeSymbol type, Compilation compilation) =>
        !type.IsRecord ? "is not a record"
        : type.IsAbstract ? "is abstract"
        : type.IsGenericType ? "is generic"
        : !type.InstanceConstructors.Any(one => one.Parameters.Length == 0 && one.IsReachable(compilation))
            ? "has no public constructor without parameters"
        : (from one in type.BasesFirst()
           from field in one.GetMembers().OfType<IFieldSymbol>()
           where field.IsRequired
           select $"its required member '{field.Name}' is a field, not a property").FirstOrDefault();

    /// <summary>Base records first; an overridden property once.</summary>
    static IEnumerable<IPropertySymbol> Properties(INamedTypeSymbol type) =>
        from one in type.BasesFirst()
        from property in one.GetMembers().OfType<IPropertySymbol>()
        where property is
        {
            IsStatic: false, IsIndexer: false, OverriddenProperty: null,
            DeclaredAccessibility: Accessibility.Public
        }
            && property.SetMethod is { DeclaredAccessibility: Accessibility.Public }
        select property;

    static OptionDeclaration? Option(
        IPropertySymbol property, Compilation compilation, Place? record, List<Problem> problems)
    {
        var place = Place.Of(property.Locations.FirstOrDefault()) ?? record;
        var name = property.FullName();
        var type =
            property.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            ? nullable.TypeArguments[0]
            : property.Type;
        // The compiler itself says that it does not know the type.
        if (type.TypeKind == TypeKind.Error) return null;
        var element = Element(type);
        if (Kind(element ?? type, compilation) is not var (kind, parser))
        {
            problems.Add(new(Rules.SettingType, place, name, property.Type.Shown()));
            return null;
        }

        var setting = property.Attribute("SettingAttribute");
        var option = setting?.Argument("Name", Names.Kebab(property.Name)) ?? Names.Kebab(property.Name);
        if (!Names.IsKebab(option))
        {
            problems.Add(new(Rules.OptionName, place, name, option, Names.Kebab(property.Name)));
            return null;
        }

        var help = setting?.ConstructorArguments.FirstOrDefault().Value as string ?? SourceText.Summary(property);
        var isSecret = setting?.Argument("Secret", false) ?? false;
        return new OptionDeclaration(
            option, property.Name, element is null ? type.Identity() : $"{element.Identity()}[]",
            element is null ? kind : $"{kind},…",
            element is null ? parser : $"List<{element.Identity()}>(global::LeanLoad.SettingsReader.{parser})", help,
            isSecret ? null : SourceText.Initializer(property),
            property.IsRequired, isSecret, place);
    }

    /// <summary>The type of a list's values; null for what is no list.</summary>
    static ITypeSymbol? Element(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { Rank: 1 } array => array.ElementType,
        INamedTypeSymbol list when type.Is("System.Collections.Generic", "IReadOnlyList`1") => list.TypeArguments[0],
        _ => null,
    };

    /// <summary>
    /// The word for <c>--help</c>, and the method of <c>SettingsReader</c>; null for a type that cannot be read.
    /// </summary>
    static (string Kind, string Parser)? Kind(ITypeSymbol type, Compilation compilation) => type switch
    {
        { SpecialType: SpecialType.System_String } => ("text", "Text"),
        { SpecialType: SpecialType.System_Int32 } => ("number", "WholeNumber"),
        { SpecialType: SpecialType.System_Int64 } => ("number", "LongNumber"),
        { SpecialType: SpecialType.System_Double } => ("number", "Number"),
        { SpecialType: SpecialType.System_Boolean } => ("true|false", "Bool"),
        { TypeKind: TypeKind.Enum } when type.IsReachable(compilation) => (Choices(type), $"Choice<{type.Identity()}>"),
        _ when type.Is("System", "TimeSpan") => ("duration", "Duration"),
        _ when type.Is("System", "Uri") => ("url", "Url"),
        _ when type.Is("LeanLoad", "Bytes") => ("size", "Size"),
        _ => null,
    };

    // In small letters, as every option's words are typed.
    static string Choices(ITypeSymbol type) =>
        string.Join("|", type.GetMembers().OfType<IFieldSymbol>().Where(one => one.HasConstantValue)
            .Select(one => one.Name.ToLowerInvariant()));
}
