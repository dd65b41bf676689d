using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace LeanLoad.Benchmarking.Gates;

/// <summary>
/// <c>gate</c>: every benchmark held to its budget, told in a table and, where one is exceeded, in a sentence.
/// </summary>
static class BudgetGate
{
    /// <param name="assembly">Where the benchmarks are.</param>
    /// <param name="classes">Only these; empty: all.</param>
    /// <param name="output">Where the table goes.</param>
    /// <param name="error">Where it says that it was used wrongly.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Assembly assembly, IReadOnlyCollection<string> classes, TextWriter output, TextWriter error)
    {
        var types = assembly.GetTypes()
            .Where(static type => !type.IsAbstract && typeof(UserBenchmarks).IsAssignableFrom(type)).ToList();
        if (types.Count == 0)
        {
            error.WriteLine($"{assembly.GetName().Name} has no class derived from UserBenchmarks<TUser>.");
            return 2;
        }

        if (classes.Except(types.Select(static type => type.Name)).FirstOrDefault() is { } unknown)
        {
            error.WriteLine(
                $"\"{unknown}\" is no class of benchmarks; there are "
                    + $"{string.Join(", ", types.Select(static type => type.Name))}.");
            return 2;
        }

        var chosen = types.Where(type => classes.Count == 0 || classes.Contains(type.Name)).ToList();
        if (chosen.FirstOrDefault(static type => !MethodsOf(type).Any()) is { } empty)
        {
            error.WriteLine(
                $"{empty.Name} has no public method with [Benchmark]; add one, or make the class abstract.");
            return 2;
        }

        var benchmarks = chosen.SelectMany(MethodsOf).ToList();
        var failures = new List<string>();
        var unlimited = 0;
        var width = benchmarks.Max(static one => NameOf(one).Length);
        var titles = string.Concat(UserCost.Columns.Select(static column => $"{column.Title,14}"));
        output.WriteLine($"{"benchmark".PadRight(width)}{"B/op",12}{"budget",12}{titles}");
        foreach (var (type, method) in benchmarks)
        {
            if (TryCount(type, method, out var cost, out var problem)) Judge(NameOf((type, method)), method, cost);
            else failures.Add(problem);
        }

        foreach (var failure in failures) output.WriteLine($"FAILED: {failure}");
        if (failures.Count == 0)
        {
            var within = benchmarks.Count - unlimited;
            output.WriteLine("passed: "
                + Counted.Of(within, "benchmark is within its budget", "benchmarks are within their budgets")
                + (unlimited > 0 ? $"; {Counted.Of(unlimited, "has", "have")} none" : ""));
        }

        return failures.Count == 0 ? 0 : 1;

        void Judge(string name, MethodInfo method, UserCost cost)
        {
            var budget = BudgetOf(method);
            var scopes = UserCost.Columns.Select(column =>
                string.Create(CultureInfo.InvariantCulture, $"{cost.Of(column.Kind),14:#,0.#}"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name.PadRight(width)}{cost.Total.Count,12:#,0}{budget ?? "none",12}{string.Concat(scopes)}"));
            if (budget is null) unlimited++;
            else if (!Bytes.TryParse(budget, out var most, out var wrong))
            {
                failures.Add($"{name} has the budget \"{budget}\", which {wrong}.");
            }
            else if (cost.Total > most)
            {
                failures.Add($"{name} allocates {InUnitOf(budget, most, cost.Total)}, budget {budget}; {Owner(cost)}");
            }
        }
    }

    /// <summary>
    /// Counts; and where the user's own code is within its budget, but not with what LeanLoad and other threads
    /// allocate beside it, counts again, twice at most. The least counts: what the runtime does there comes and goes,
    /// some KB at a time. The user's own is exact.
    /// </summary>
    static bool TryCount(
        Type type, MethodInfo method, [NotNullWhen(true)] out UserCost? cost, [NotNullWhen(false)] out string? problem)
    {
        if (!UserCost.TryCount(type, method, out cost, out problem)) return false;
        if (!Bytes.TryParse(BudgetOf(method) ?? "", out var most, out _)) return true;
        for (var again = 0; again < 2 && cost.Total > most && cost.Own <= most; again++)
        {
            if (!UserCost.TryCount(type, method, out var anew, out problem)) return false;
            if (anew.Total < cost.Total) cost = anew;
        }

        return true;
    }

    static string? BudgetOf(MethodInfo method) => method.GetCustomAttribute<AllocationBudgetAttribute>()?.Most;

    /// <summary>
    /// An amount beyond a budget in the unit that its author wrote; in bytes where the two would read alike.
    /// </summary>
    static string InUnitOf(string budget, Bytes most, Bytes amount)
    {
        var unit = budget.TrimStart([.. "0123456789. "]).TrimEnd();
        var bytes = string.Create(CultureInfo.InvariantCulture, $"{amount.Count:#,0} B");
        if (!Bytes.TryParse($"1{unit}", out var one, out _) || one.Count == 1) return bytes;
        return Rounded(amount) == Rounded(most) ? bytes : $"{Rounded(amount)} {unit}";

        string Rounded(Bytes some) => ((double)some.Count / one.Count).ToString("#,0.0", CultureInfo.InvariantCulture);
    }

    /// <summary>Who was charged most, and how much of all.</summary>
    static string Owner(UserCost cost)
    {
        var (kind, title, _) = UserCost.Columns.MaxBy(column => cost.Of(column.Kind));
        return string.Create(CultureInfo.InvariantCulture,
            $"{cost.Of(kind) * 100 / Math.Max(1, cost.Total.Count):0} % of it by {Words(title)}");
    }

    static string Words(string title) => title switch
    {
        "Bootstrap" => "bootstraps",
        "Start" => "constructor and Start",
        "Task" => "the task",
        "Stop" => "Stop",
        "Engine" => "LeanLoad itself",
        _ => "other threads",
    };

    static IEnumerable<(Type Type, MethodInfo Method)> MethodsOf(Type type) =>
        type.GetMethods().Where(static method => method.IsDefined(typeof(BenchmarkAttribute)))
            .Select(method => (type, method));

    static string NameOf((Type Type, MethodInfo Method) benchmark) => $"{benchmark.Type.Name}.{benchmark.Method.Name}";
}
