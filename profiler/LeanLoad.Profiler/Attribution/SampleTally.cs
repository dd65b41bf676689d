using LeanLoad.Memory;
using LeanLoad.Profiler.Diagnostics;
using LeanLoad.Profiler.Symbols;

namespace LeanLoad.Profiler.Attribution;

/// <summary>
/// The runtime's allocation samples, by scope and type: a second, independent account of what the ledger counts
/// exactly, and the only one that knows types. Written by the session's thread; read when the session has ended, or
/// under the lock.
/// </summary>
sealed class SampleTally
{
    readonly Lock gate = new();
    readonly Dictionary<(int Scope, ulong Type), (double Bytes, int Count)> tally = [];
    readonly Dictionary<ulong, string> givenNames = [];

    /// <summary>Names types by their address; null where nothing can.</summary>
    public Func<ulong, string?>? TypeName { get; set; }

    /// <summary>Samples taken.</summary>
    public int Count { get; private set; }

    public void Accept(AllocationSample sample)
    {
        var scope = Ledger.ScopeOf(sample.Activity);
        lock (gate)
        {
            Count++;
            if (sample.TypeName is { } name) givenNames[sample.TypeId] = RuntimeTypeName.ToCSharp(name);
            // A thread without an activity of ours is no loop.
            var key = (scope < 0 ? Scope.OffLoop : scope, sample.TypeId);
            var (bytes, count) = tally.GetValueOrDefault(key);
            tally[key] = (bytes + sample.Weight, count + 1);
        }
    }

    /// <summary>What the samples say of one scope.</summary>
    public SampledScope Of(int scope)
    {
        lock (gate)
        {
            var rows = tally.Where(row => row.Key.Scope == scope).ToList();
            var bytes = rows.Sum(static row => row.Value.Bytes);
            var count = rows.Sum(static row => row.Value.Count);
            // A Poisson process: n samples have a standard deviation of √n, so 95 % lie within 1.96/√n of the estimate.
            var half = count == 0 ? 0 : bytes * 1.96 / Math.Sqrt(count);
            var types = rows.GroupBy(row => NameOf(row.Key.Type))
                .Select(type => new SampledType(type.Key, new Bytes((long)type.Sum(static row => row.Value.Bytes)),
                    type.Sum(static row => row.Value.Count)))
                .OrderByDescending(static type => type.Estimate).ToList();
            return new SampledScope(new Bytes((long)bytes), new Bytes((long)half), count, types);
        }
    }

    string NameOf(ulong type) => givenNames.GetValueOrDefault(type) ?? TypeName?.Invoke(type) ?? $"type at 0x{type:x}";
}

/// <summary>What samples say of a scope.</summary>
/// <param name="Estimate">Allocated bytes.</param>
/// <param name="HalfWidth">Of the 95 % interval.</param>
/// <param name="Samples">How many there were; below 10 the interval says little.</param>
/// <param name="Types">Largest first.</param>
sealed record SampledScope(Bytes Estimate, Bytes HalfWidth, int Samples, IReadOnlyList<SampledType> Types);

/// <summary>One type among a scope's allocations.</summary>
/// <param name="Name">As C# writes it, or its address where no symbol names it.</param>
/// <param name="Estimate">Allocated bytes.</param>
/// <param name="Samples">How many there were.</param>
sealed record SampledType(string Name, Bytes Estimate, int Samples);
