using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace LeanLoad.Benchmarks.Counting;

/// <summary>
/// The operations that the attributes of BenchmarkDotNet name in this program. Read by ourselves, because what counts
/// also runs compiled ahead of time, where BenchmarkDotNet would have to build each benchmark as a program of its own.
/// </summary>
static class OperationList
{
    const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance;

    /// <summary>All of a program, in the order of their names.</summary>
    public static IReadOnlyList<Operation> Of(Assembly assembly) =>
        [.. assembly.GetTypes().Where(static type => type is { IsAbstract: false, IsClass: true })
            .SelectMany(static type => ParameterSets(type).SelectMany(values => Of(type, values)))
            .OrderBy(static operation => operation.Name, StringComparer.Ordinal)];

    static IEnumerable<Operation> Of(Type type, IReadOnlyList<(PropertyInfo Property, object Value)> values) =>
        from method in type.GetMethods(Members)
        let benchmark = method.GetCustomAttribute<BenchmarkAttribute>()
        where benchmark is not null
        select new Operation(NameOf(type, method, values), benchmark.Baseline, () => Prepare(type, method, values))
        {
            PerCall = benchmark.OperationsPerInvoke,
            IsElsewhere = typeof(IChargedElsewhere).IsAssignableFrom(type),
        };

    static Prepared Prepare(Type type, MethodInfo method, IReadOnlyList<(PropertyInfo Property, object Value)> values)
    {
        var instance = Activator.CreateInstance(type)!;
        foreach (var (property, value) in values) property.SetValue(instance, value);
        var setups = type.GetMethods(Members).Where(static one => one.IsDefined(typeof(GlobalSetupAttribute)));
        foreach (var setup in setups) setup.Invoke(instance, null);
        return new Prepared(Call(instance, method), instance is IChargedElsewhere other
            ? other.AllocatedBytes
            : GC.GetAllocatedBytesForCurrentThread, () => (instance as IDisposable)?.Dispose());
    }

    /// <summary>A call without reflection: only what these delegates return can be benchmarked.</summary>
    static Action Call(object instance, MethodInfo method)
    {
        T Bound<T>() where T : Delegate => method.CreateDelegate<T>(instance);
        if (method.ReturnType == typeof(void)) return Bound<Action>();
        if (method.ReturnType == typeof(int)) return Discard(Bound<Func<int>>());
        if (method.ReturnType == typeof(long)) return Discard(Bound<Func<long>>());
        if (method.ReturnType == typeof(bool)) return Discard(Bound<Func<bool>>());
        if (method.ReturnType == typeof(ValueTask<long>)) return Await(Bound<Func<ValueTask<long>>>());
        if (!method.ReturnType.IsValueType) return Discard(Bound<Func<object>>());
        throw new NotSupportedException(
            $"{method.DeclaringType}.{method.Name} returns {method.ReturnType}: add it to {nameof(OperationList)}.");
    }

    static Action Discard<T>(Func<T> function) => () => _ = function();

    static Action Await(Func<ValueTask<long>> function) => () =>
    {
        var task = function();
        if (!task.IsCompletedSuccessfully) task.AsTask().Wait();
        else _ = task.Result;
    };

    /// <summary>
    /// Every combination of the values of a class's parameters; one without values where it has none.
    /// </summary>
    static IEnumerable<IReadOnlyList<(PropertyInfo Property, object Value)>> ParameterSets(Type type)
    {
        IEnumerable<IReadOnlyList<(PropertyInfo, object)>> sets = [[]];
        foreach (var property in type.GetProperties(Members))
        {
            if (ValuesOf(property) is not { } values) continue;
            sets = [.. sets.SelectMany(set => values.Select(value => set.Append((property, value)).ToArray()))];
        }

        return sets;
    }

    static IEnumerable<object>? ValuesOf(PropertyInfo property) =>
        property.GetCustomAttribute<ParamsAttribute>() is { } given ? given.Values.Select(static value => value!)
        : property.GetCustomAttribute<ParamsAllValuesAttribute>() is null ? null
        : Enum.GetValuesAsUnderlyingType(property.PropertyType).Cast<object>()
            .Select(value => Enum.ToObject(property.PropertyType, value));

    /// <summary>As the gate names what BenchmarkDotNet measured.</summary>
    static string NameOf(Type type, MethodInfo method, IReadOnlyList<(PropertyInfo Property, object Value)> values)
    {
        var folder = type.Namespace![(type.Namespace!.LastIndexOf('.') + 1)..];
        var parameters = string.Join(", ", values.Select(static one => $"{one.Property.Name}={one.Value}"));
        return $"{folder}.{type.Name}.{method.Name}{(parameters.Length == 0 ? "" : $" [{parameters}]")}";
    }
}
