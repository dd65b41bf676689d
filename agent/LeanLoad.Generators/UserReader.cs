using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeanLoad.Generators;

/// <summary>Reads a <c>[LoadUser]</c> class.</summary>
static class UserReader
{
    public static UserDeclaration Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var compilation = context.SemanticModel.Compilation;
        var place = Place.Of(((TypeDeclarationSyntax)context.TargetNode).Identifier.GetLocation());
        var attribute = context.Attributes[0];
        var (name, weight) = (type.FullName(), attribute.Argument("Weight", 1));
        var scenario = attribute.Argument("Scenario", Names.Kebab(type.Name));
        var problems = new List<Problem>();

        if (weight < 1) problems.Add(new(Rules.WeightBelowOne, Place.Of(attribute), name, $"{weight}"));
        var count = attribute.Argument("Count", 0);
        if (count < 0) problems.Add(new(Rules.FixedCount, Place.Of(attribute), name, $"{count}"));
        if (!Names.IsKebab(scenario))
        {
            problems.Add(new(Rules.ScenarioName, Place.Of(attribute), name, scenario, Names.Kebab(type.Name)));
        }

        IMethodSymbol? constructor = null;
        List<TaskDeclaration> tasks = [];
        List<FlowDeclaration> flows = [];
        var isKnown = type.BasesFirst().All(one => one.TypeKind != TypeKind.Error);
        if (isKnown && !type.DerivesFrom("LeanLoad", "User")) problems.Add(new(Rules.NotAUser, place, name));
        else if (WhyNotConcrete(type) is { } why) problems.Add(new(Rules.UserNotConcrete, place, name, why));
        else if (!type.IsReachable(compilation)) problems.Add(new(Rules.NotReachable, place, name));
        else if (isKnown)
        {
            constructor = Constructor(type, compilation, place, problems);
            tasks = TaskReader.Read(type, compilation, place, problems);
            flows = FlowReader.Read(type, tasks, place, problems);
        }

        return new UserDeclaration(
            type.Name, name, type.Identity(), scenario, weight, count, attribute.Argument("Order", 0),
            type.DerivesFrom("LeanLoad", "HttpUser"),
            new(constructor?.Parameters.Select(one => one.ToParameter()) ?? []), new(tasks), new(flows), place,
            new(problems), isKnown);
    }

    static string? WhyNotConcrete(INamedTypeSymbol type) =>
        type.IsStatic ? "static" : type.IsAbstract ? "abstract" : type.IsGenericType ? "generic" : null;

    static IMethodSymbol? Constructor(
        INamedTypeSymbol type, Compilation compilation, Place? place, List<Problem> problems)
    {
        var usable = type.InstanceConstructors.Where(one => one.IsReachable(compilation)).ToList();
        var why = usable.Count switch
        {
            0 => "has no constructor that is public or internal",
            1 when Unset(type, usable[0]) is { } member =>
                $"has the required member '{member}', which its constructor does not set",
            1 => null,
            var many => $"has {many} constructors",
        };
        if (why is null) return usable[0];
        problems.Add(new(Rules.NoConstructor, place, type.FullName(), why));
        return null;
    }

    static string? Unset(INamedTypeSymbol type, IMethodSymbol constructor)
    {
        var claimsToSet = constructor.GetAttributes()
            .Any(one => one.AttributeClass?.Name == "SetsRequiredMembersAttribute");
        return claimsToSet ? null : (
            from one in type.BasesFirst()
            from member in one.GetMembers()
            where member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }
            select member.Name).FirstOrDefault();
    }
}
