using Microsoft.CodeAnalysis;

namespace LeanLoad.Generators;

/// <summary>Reads the <c>[LoadTask]</c> methods of a user class and of its base classes, base classes first.</summary>
static class TaskReader
{
    /// <summary>A marked method that no user can have, because its class is none; null for all others.</summary>
    public static Problem? ReadStray(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var method = (IMethodSymbol)context.TargetSymbol;
        var owner = method.ContainingType;
        var why = method.MethodKind == MethodKind.LocalFunction ? "is a local function"
            // A [LoadUser] class that is no User is told so itself.
            : owner.Attribute("LoadUserAttribute") is not null ? null
            : owner.DerivesFrom("LeanLoad", "User") || owner.BasesFirst().Any(one => one.TypeKind == TypeKind.Error)
                ? null
            : $"stands in '{owner.Shown()}', which does not derive from LeanLoad.User";
        return why is null ? null
            : new Problem(Rules.TaskShape, Place.Of(method.Locations.FirstOrDefault()), method.FullName(), why);
    }

    public static List<TaskDeclaration> Read(
        INamedTypeSymbol user, Compilation compilation, Place? place, List<Problem> problems)
    {
        var marked = Marked(user);
        if (marked.Count == 0) problems.Add(new(Rules.NoTasks, place, user.FullName()));

        var tasks = new List<TaskDeclaration>();
        var classTags = user.BasesFirst().SelectMany(one => one.Tags()).ToList();
        foreach (var (method, attribute) in marked)
        {
            var weight = attribute.Argument("Weight", 1);
            // A task inherited from another project has no source here; the class that inherits it stands for it.
            var at = Place.Of(method.Locations.FirstOrDefault()) ?? place;
            if (WhyNotATask(method) is { } why) problems.Add(new(Rules.TaskShape, at, method.FullName(), why));
            else if (!method.IsReachable(compilation)) problems.Add(new(Rules.NotReachable, at, method.FullName()));
            else if (attribute.Argument<string?>("Flow", null) is { } flow && !FlowReader.IsName(flow))
            {
                problems.Add(new(Rules.FlowName, Place.Of(attribute) ?? at, method.FullName(), flow));
            }
            else if (weight < 1)
            {
                problems.Add(new(Rules.WeightBelowOne, Place.Of(attribute) ?? at, method.FullName(), $"{weight}"));
            }
            else if (tasks.Find(one => one.Name == method.Name) is { } twin)
            {
                var (mine, other) = (method.ContainingType.FullName(), twin.Owner.Replace("global::", ""));
                problems.Add(new(Rules.DuplicateTask, at, user.FullName(), method.Name, other, mine));
            }
            else
            {
                var tags = classTags.Concat(OverriddenFirst(method).SelectMany(one => one.Tags())).Distinct();
                tasks.Add(new TaskDeclaration(
                    method.Name, method.ContainingType.Identity(), weight, attribute.Argument<string?>("Flow", null),
                    new(tags), method.ReturnType.Returns()));
            }
        }

        return tasks;
    }

    /// <summary>
    /// The marked methods. An override stays the task that it overrides, in its place; marked itself, it has its own
    /// weight.
    /// </summary>
    static List<(IMethodSymbol Method, AttributeData Attribute)> Marked(INamedTypeSymbol user)
    {
        var marked = new List<(IMethodSymbol Method, AttributeData Attribute)>();
        foreach (var method in user.BasesFirst().SelectMany(type => type.GetMembers()).OfType<IMethodSymbol>())
        {
            var own = method.Attribute("LoadTaskAttribute");
            var overridden =
                marked.FindIndex(one => SymbolEqualityComparer.Default.Equals(one.Method, method.OverriddenMethod));
            if (overridden >= 0) marked[overridden] = (method, own ?? marked[overridden].Attribute);
            else if (own is not null) marked.Add((method, own));
        }

        return marked;
    }

    static IEnumerable<IMethodSymbol> OverriddenFirst(IMethodSymbol method) =>
        method.OverriddenMethod is { } overridden ? [.. OverriddenFirst(overridden), method] : [method];

    static string? WhyNotATask(IMethodSymbol method) =>
        method.MethodKind != MethodKind.Ordinary ? "is no ordinary method"
        : method.IsStatic ? "is static"
        : method.IsGenericMethod ? "is generic"
        : method.Parameters.Length > 0 ? "has parameters; what it needs, take in the class's constructor"
        : method.WhyNotAwaitable();
}
