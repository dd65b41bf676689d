using System.Text.RegularExpressions;
using BenchmarkDotNet.Attributes;
using LeanLoad.Profiler.Symbols;

namespace LeanLoad.Benchmarks.Symbols;

/// <summary>
/// The C# name of a type from its symbol in the agent's binary: seven kinds of names, one after the other. The profiler
/// does this once for each of an agent's 10,000 types, and pays for it, not the agent.
/// </summary>
public partial class Demangling
{
    static readonly string[] Symbols =
    [
        "_ZTV6String",
        "_ZTV23__Array<__Array<Int32>>",
        "_ZTV42scratch_agent_Scratch_App_Outer_Inner_Deep",
        "_ZTV42scratch_agent_Program___c__DisplayClass0_0",
        "_ZTV47scratch_agent_Scratch_App_Outer_Device_1<Int32>",
        "_ZTV70__Array<S_P_CoreLib_System_Nullable_1<scratch_agent_Scratch_App_Mode>>",
        "_ZTV58S_P_CoreLib_System_Buffers_Any4SearchValues_2<Char__Int16>",
        "_ZTVN3WKS6GCHeapE",
    ];

    readonly TypeNames names = new(["scratch-agent"]);
    int next;

    [GlobalSetup]
    public void Check()
    {
        var name = names.FromSymbol(Symbols[4]);
        if (name != "Scratch.App.Outer.Device<int>") throw new InvalidOperationException($"{Symbols[4]} became {name}");
    }

    /// <summary>
    /// What replacing text alone would cost; its names are wrong wherever a name is more than words and dots.
    /// </summary>
    [Benchmark(Baseline = true)]
    public string ReplaceUnderscores() => Prefix().Replace(Symbols[next++ & 7], "").Replace('_', '.');

    [Benchmark]
    public string? FromSymbol() => names.FromSymbol(Symbols[next++ & 7]);

    [GeneratedRegex("^_ZTV[0-9]+")]
    private static partial Regex Prefix();
}
