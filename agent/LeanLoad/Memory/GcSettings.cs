using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LeanLoad.Memory;

/// <summary>
/// How the collector is set for a budget. The young generations decide how much garbage stands between collections:
/// without a cap, a ramp that keeps 81 MiB was measured to peak at 142 to 166 MiB, because the gen0 budget grows with
/// what survives; capped at 1, 2 and 4 MiB it peaked 1-3, 3-6 and 5-18 MiB above what it kept, in the same or less
/// time.
/// </summary>
/// <param name="HardLimit">Most that the managed heap may commit; null for the runtime's own choice.</param>
/// <param name="Gen0">Most that is allocated between two collections, whatever survives.</param>
/// <param name="Gen1">The same for the middle generation.</param>
readonly record struct GcSettings(Bytes? HardLimit, Bytes Gen0, Bytes Gen1)
{
    /// <summary>
    /// Memory that is not the managed heap, apart from connections: 1.5 MiB runtime, 3 MiB for the first TLS handshake
    /// (CA store, OpenSSL), 1.5 MiB kernel (page tables, stacks, slab of the process).
    /// </summary>
    public static Bytes Outside => Bytes.FromMiB(6);

    /// <summary>The settings for a budget.</summary>
    /// <param name="budget">Null where none is known: the heap stays as lean as in 64 MiB, without a hard
    /// limit.</param>
    /// <param name="connections">TCP connections planned: their kernel memory, 4.15 KiB each, is not the
    /// heap's.</param>
    public static GcSettings For(Bytes? budget, int connections = 0)
    {
        if (budget is not { } amount) return new GcSettings(null, Bytes.FromMiB(2), Bytes.FromMiB(2));
        // A sixty-fourth leaves the standing garbage, two to three times this, at a twentieth of the budget; ramps took
        // the same time at 1 MiB as at 4.
        var young = new Bytes(Math.Clamp(amount.Count / 64, 1 << 20, 4 << 20) & ~0xFFFFL);
        // A heap that is full may not look as if nothing were left to end in.
        var outside = Outside + Governor.Ending(amount) + Bytes.FromKiB(4.15) * connections;
        var heap = new Bytes(Math.Max(amount.Count - outside.Count, amount.Count / 2));
        return new GcSettings(heap, young, young);
    }

    /// <summary>
    /// The variables that must be in the environment before the runtime starts: hexadecimal, no prefix, and with
    /// exactly these capitals, or they are ignored silently.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)> Variables =>
    [
        (Gen0Variable, Gen0.Count.ToString("X", CultureInfo.InvariantCulture)),
        (Gen1Variable, Gen1.Count.ToString("X", CultureInfo.InvariantCulture)),
        .. FirstLimit is { } limit ? [(HardLimitVariable, limit.Count.ToString("X", CultureInfo.InvariantCulture))]
            : Array.Empty<(string, string)>(),
        .. IsUnbounded || IsBrief ? [(Conserve, "0")] : Array.Empty<(string, string)>(),
        // A child has its parent's environment.
        .. IsUnbounded ? Array.Empty<(string, string)>() : [(Compact, IsBrief ? "0" : "1")],
    ];

    /// <summary>
    /// True: the heap may grow until the kernel ends it, also in a container, where the runtime would bound it at 75 %
    /// of the limit; and nothing closes the holes between large objects: what would happen without us.
    /// </summary>
    public bool IsUnbounded { get; init; }

    /// <summary>
    /// True: the process lives for a moment, and its peak counts. Holes have no time to come, and to close them costs
    /// room: the story's sign-in, in a child of its own, peaks at 23 MiB with that and at 17 to 20 without.
    /// </summary>
    public bool IsBrief { get; init; }

    /// <summary>
    /// The hard limit that a process begins with: an agent sets its own as it goes (<see cref="TryApply"/>).
    /// </summary>
    Bytes? FirstLimit => IsUnbounded ? HeapLimit.Unbounded : IsBrief ? HardLimit : null;

    /// <summary>The variable whose presence says that somebody has already chosen.</summary>
    public const string Gen0Variable = "DOTNET_GCGen0MaxBudget";

    const string Gen1Variable = "DOTNET_GCGen1MaxBudget";

    /// <summary>Overrides what Agent.props builds in.</summary>
    const string Conserve = "DOTNET_GCConserveMemory";

    const string HardLimitVariable = "DOTNET_GCHeapHardLimit";

    /// <summary>
    /// Every collection moves what it leaves together. By default one of a young generation hands a region of 4 MiB on
    /// as it is, filled by a quarter; a collection at rest then fills them all before it gives back what it empties: up
    /// to 9 MiB beside 41, with this 2.
    /// </summary>
    const string Compact = "DOTNET_gcForceCompact";

    /// <summary>The same with another hard limit.</summary>
    public GcSettings WithLimit(Bytes limit) => this with { HardLimit = limit };

    /// <summary>Sets the hard limit in the running process; may be called again when a limit changed.</summary>
    public bool TryApply([NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (HardLimit is not { } limit) return true;
        AppContext.SetData("GCHeapHardLimit", (ulong)limit.Count);
        try
        {
            GC.RefreshMemoryLimit();
            return true;
        }
        catch (InvalidOperationException)
        {
            problem = $"the heap is already larger than {limit}, its share of the budget";
            return false;
        }
    }

    /// <summary>
    /// These settings with the caps that this process really has: from its environment, else as built into it
    /// (<c>System.GC.Gen0MaxBudget</c>), else none, which is as good as 128 MiB.
    /// </summary>
    public GcSettings InEffect()
    {
        var gen0 = FromEnvironment(Gen0Variable) ?? BuiltIn("System.GC.Gen0MaxBudget") ?? Bytes.FromMiB(128);
        return this with { Gen0 = gen0, Gen1 = FromEnvironment(Gen1Variable) ?? gen0 };
    }

    /// <summary>
    /// The garbage that stands between two collections: what is typical, and what was never exceeded when measured;
    /// with caps so high that they cap nothing, what grows with <paramref name="live"/>.
    /// </summary>
    /// <param name="live">Managed memory that users keep.</param>
    public StandingGarbage StandingGarbage(Bytes live)
    {
        // Uncapped, ramps of 62 to 81 MiB peaked 0.7 to 1.6 times what they keep above it, and an idle heap at 17 MiB.
        var floor = Bytes.FromMiB(17);
        var typical = Math.Min(Gen0.Count * 2, (live + floor).Count);
        var most = Math.Min((Gen0 * 3 + live * 0.02).Count, (live * 1.6 + floor).Count);
        return new StandingGarbage(new Bytes(typical / 2), new Bytes(typical), new Bytes(most));
    }

    static Bytes? FromEnvironment(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.HexNumber,
            CultureInfo.InvariantCulture,
            out var count) && count > 0 ? new Bytes(count) : null;

    static Bytes? BuiltIn(string option) =>
        long.TryParse(AppContext.GetData(option)?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture,
            out var count)
            && count > 0 ? new Bytes(count) : null;
}
