using System.Collections;

namespace LeanLoad.Judge;

/// <summary>What the cases say that a figure is of, sorted, and how many of them cannot say it.</summary>
sealed class Figure : IReadOnlyList<double>
{
    readonly double[] sorted;

    public Figure(IEnumerable<double?> values)
    {
        var all = values.ToList();
        sorted = [.. all.OfType<double>().Order()];
        LeftOut = all.Count - sorted.Length;
    }

    /// <summary>Cases that have no such value.</summary>
    public int LeftOut { get; }

    public int Count => sorted.Length;

    public double this[int index] => sorted[index];

    public IEnumerator<double> GetEnumerator() => ((IEnumerable<double>)sorted).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
