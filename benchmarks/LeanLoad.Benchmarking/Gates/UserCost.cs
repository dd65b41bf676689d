using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using BenchmarkDotNet.Attributes;
using LeanLoad.Benchmarking.Users;
using LeanLoad.Memory;

namespace LeanLoad.Benchmarking.Gates;

/// <summary>What one operation of a user's benchmark allocates, by who was charged.</summary>
sealed class UserCost
{
    /// <summary>
    /// First connections, first times of a histogram's page, caches: they are the start of a run, not its course.
    /// </summary>
    const int WarmUps = 20;

    const int Invocations = 100;

    readonly LedgerReading charged;
    readonly int operations;

    UserCost(LedgerReading charged, int operations) => (this.charged, this.operations) = (charged, operations);

    /// <summary>The columns of a table of costs.</summary>
    public static IReadOnlyList<(ScopeKind Kind, string Title, string Legend)> Columns { get; } =
    [
        (ScopeKind.Bootstrap, "Bootstrap", "Allocated by bootstraps, for one operation"),
        (ScopeKind.UserStart, "Start", "Allocated by the user's constructor and Start, for one operation"),
        (ScopeKind.Task, "Task", "Allocated by the task, for one operation"),
        (ScopeKind.UserStop, "Stop", "Allocated by the user's Stop, for one operation"),
        (ScopeKind.Engine, "Engine", "Allocated by LeanLoad itself, for one operation"),
        (ScopeKind.OffLoop, "Off loop", "Allocated by other threads, for one operation"),
    ];

    /// <summary>All of it, in whole bytes: what the runtime's own threads do now and then is less than one.</summary>
    public Bytes Total => new((long)Math.Floor(charged.Total.Count / (double)operations));

    /// <summary>What of it the author's code allocated on the loop: exact to the byte.</summary>
    public Bytes Own =>
        new((long)Math.Floor(charged.Total.Count / (double)operations - Of(ScopeKind.Engine) - Of(ScopeKind.OffLoop)));

    /// <summary>Bytes charged to one kind of scope.</summary>
    public double Of(ScopeKind kind) => charged.PerOperation(kind, operations);

    /// <summary>Counts a benchmark, in an object of its own.</summary>
    /// <param name="type">A class derived from <see cref="UserBenchmarks"/>.</param>
    /// <param name="method">One of its benchmarks.</param>
    /// <param name="cost">What it allocates.</param>
    /// <param name="problem">Why it could not be counted, for people.</param>
    public static bool TryCount(
        Type type, MethodInfo method, [NotNullWhen(true)] out UserCost? cost, [NotNullWhen(false)] out string? problem)
    {
        (cost, problem) = (null, null);
        var benchmarks = (UserBenchmarks)Activator.CreateInstance(type)!;
        var perCall = method.GetCustomAttribute<BenchmarkAttribute>()?.OperationsPerInvoke ?? 1;
        var once = method.CreateDelegate<Action>(benchmarks);
        try
        {
            benchmarks.SetUp();
            for (var call = 0; call < WarmUps; call++) once();
            var before = benchmarks.ReadLedger();
            for (var call = 0; call < Invocations; call++) once();
            cost = new UserCost(benchmarks.ReadLedger().Since(before), Invocations * perCall);
            return true;
        }
        catch (UserBenchException failure)
        {
            problem = $"{type.Name}.{method.Name}: {failure.Message}";
            return false;
        }
        finally
        {
            benchmarks.CleanUp();
        }
    }
}
