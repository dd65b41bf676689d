using Microsoft.CodeAnalysis;

namespace LeanLoad.Generators;

/// <summary>
/// Reads the <c>[Flow]</c> attributes of a user class and of its base classes, the class's own first.
/// </summary>
static class FlowReader
{
    public static List<FlowDeclaration> Read(
        INamedTypeSymbol user, IReadOnlyList<TaskDeclaration> tasks, Place? place, List<Problem> problems)
    {
        var flows = new List<FlowDeclaration>();
        foreach (var attribute in user.BasesFirst().Reverse().SelectMany(one => one.GetAttributes()))
        {
            if (attribute.AttributeClass?.Is("LeanLoad", "FlowAttribute") != true) continue;
            if (attribute.ConstructorArguments.FirstOrDefault().Value is not string name) continue;
            var (at, weight) = (Place.Of(attribute) ?? place, attribute.Argument("Weight", 1));
            if (!IsName(name)) problems.Add(new(Rules.FlowName, at, user.FullName(), name));
            else if (!tasks.Any(task => task.Flow == name
                || task.Flow?.StartsWith(name + "/", StringComparison.Ordinal) == true))
                problems.Add(new(Rules.EmptyFlow, at, user.FullName(), name));
            else if (weight < 1)
            {
                problems.Add(new(Rules.WeightBelowOne, at, $"{user.FullName()}, flow {name}", $"{weight}"));
            }
            else if (!flows.Exists(one => one.Name == name))
            {
                flows.Add(
                    new FlowDeclaration(name, weight, attribute.Argument("Order", 1), attribute.Argument("Picks", 0)));
            }
        }

        return flows;
    }

    /// <summary>Parts with single slashes between them, none empty nor padded.</summary>
    public static bool IsName(string flow) => flow.Split('/').All(part => part.Length > 0 && part.Trim() == part);
}
