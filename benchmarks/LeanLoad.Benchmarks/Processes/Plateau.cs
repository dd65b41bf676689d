using System.Diagnostics;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>What a process held between two moments of its run: the median of the readings then.</summary>
/// <param name="from">Since this was made.</param>
/// <param name="to">Since this was made.</param>
sealed class Plateau(TimeSpan from, TimeSpan to)
{
    readonly long began = Stopwatch.GetTimestamp();
    readonly List<double> resident = [];
    readonly List<double> charged = [];

    /// <summary>Bytes; NaN where nothing was read in time.</summary>
    public double Resident => Figure.MedianOf(resident);

    /// <summary>Bytes, page cache apart; null where the kernel was not asked.</summary>
    public double? Charged => charged.Count > 0 ? Figure.MedianOf(charged) : null;

    /// <summary>Takes a reading.</summary>
    public void Add(Bytes residentNow, Bytes? chargedNow)
    {
        var at = Stopwatch.GetElapsedTime(began);
        if (at < from || at > to) return;
        resident.Add(residentNow.Count);
        if (chargedNow is { } bytes) charged.Add(bytes.Count);
    }
}
