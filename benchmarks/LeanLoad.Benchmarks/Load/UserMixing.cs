using BenchmarkDotNet.Attributes;
using LeanLoad.Load;

namespace LeanLoad.Benchmarks.Load;

/// <summary>Which of three weighted classes the next user is of.</summary>
public class UserMixing
{
    static readonly int[] Weights = [3, 1, 2];

    readonly ClassMix mix = new(Weights);
    readonly Random random = new(1);

    /// <summary>The usual way: at random, so that small populations are off their weights.</summary>
    [Benchmark(Baseline = true)]
    public int AtRandom()
    {
        var left = random.Next(6);
        for (var index = 0; index < Weights.Length; index++)
        {
            left -= Weights[index];
            if (left < 0) return index;
        }

        return 0;
    }

    [Benchmark]
    public int Next() => mix.Next();
}
