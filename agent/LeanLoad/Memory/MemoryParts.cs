namespace LeanLoad.Memory;

/// <summary>
/// One reading as a sum with a line for each owner, as far as kernel, collector and watchers tell them apart. What the
/// heap has committed is known as of the last collection, what lies on it also as of now, and a buffer by what it may
/// take at most: where they are more than what is charged as anonymous, the native line is zero, and theirs what is
/// left.
/// </summary>
static class MemoryParts
{
    /// <summary>The lines; their sum is what is charged and not reclaimable. Owners of nothing are left out.</summary>
    public static IReadOnlyList<MemoryLine> Of(in MemoryMoment moment)
    {
        var lines = new List<MemoryLine>();
        var (reading, detail, _) = moment;
        var left = reading.Anonymous;
        Take("managed heap" + Notes(reading, detail),
            reading.Live > reading.Committed ? reading.Live : reading.Committed);
        Take("buffer of the profiler that watches, at most", detail.WatcherBuffer ?? default);
        Take("process of the isolated bootstrap", detail.Child ?? default);
        Take("native", left);
        left = reading.Unreclaimable - reading.Anonymous;
        if (left < Bytes.Zero) left = Bytes.Zero;
        Take("kernel", reading.Kernel ?? default);
        Take("sockets", reading.Sockets ?? default);
        Take("shared memory and pages to be written", left);
        return lines;

        void Take(string owner, Bytes amount)
        {
            if (amount > left) amount = left;
            left -= amount;
            if (amount > Bytes.Zero) lines.Add(new MemoryLine(owner, amount));
        }
    }

    static string Notes(in MemoryReading reading, in MemoryDetail detail)
    {
        var budget = detail.Gen0Budget is { } gen0 ? $", gen0 budget {gen0}" : "";
        return $": {reading.Live} live, {detail.Fragmented} free between{budget}";
    }
}
