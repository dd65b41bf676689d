using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LeanLoad.HungryLoad;

/// <summary>Objects of the sizes that JSON and strings leave behind, held until they are dropped.</summary>
sealed class Stomach(int seed)
{
    readonly Random random = new(seed);
    readonly List<byte[]> held = [];
    readonly List<int> sizes = [];

    /// <summary>How many are held.</summary>
    public int Objects => held.Count;

    /// <summary>Keeps that many bytes in objects of 100 bytes to 8 KiB, all of them written to.</summary>
    public void Keep(Bytes amount)
    {
        for (var left = amount.Count; left > 0;)
        {
            var size = (int)Math.Min(left, random.Next(100, 8192));
            held.Add(Written(size));
            left -= size + 24;
        }
    }

    /// <summary>Keeps that many bytes in large objects, 90 KiB to a MiB.</summary>
    public void KeepLarge(Bytes amount)
    {
        for (var left = amount.Count; left > 0;)
        {
            var size = (int)Math.Min(Math.Max(left, 90_000), random.Next(90_000, 1 << 20));
            held.Add(Written(size));
            sizes.Add(size);
            left -= size;
        }
    }

    /// <summary>
    /// Drops every <paramref name="nth"/> large object and keeps another instead, a fifth smaller or larger at the most
    /// than the first that was there: what is held in all stays about the same.
    /// </summary>
    public void Churn(int nth)
    {
        for (var at = random.Next(nth); at < held.Count; at += nth) Replace(at, sizes[at]);
    }

    /// <summary>
    /// The same by the size of the one before: what is held in all wanders, and up where the smallest size is near.
    /// </summary>
    public void Wander(int nth)
    {
        for (var at = random.Next(nth); at < held.Count; at += nth) Replace(at, held[at].Length);
    }

    public void Drop()
    {
        held.Clear();
        sizes.Clear();
    }

    void Replace(int at, int typical)
    {
        var size = Math.Max(90_000, (int)(typical * (0.8 + 0.4 * random.NextDouble())));
        held[at] = [];
        held[at] = Written(size);
    }

    static byte[] Written(int size)
    {
        var bytes = new byte[size];
        // Every page: what is only reserved is not charged.
        for (var at = 0; at < size; at += 2048) bytes[at] = 1;
        return bytes;
    }
}

/// <summary>Memory that no collector knows of, as a library takes it.</summary>
sealed class NativeStomach
{
    const int Block = 32 << 10;

    readonly List<nint> held = [];

    // Asked for and not kept: below zero, as the last block holds more than was asked for.
    long owed;

    /// <summary>
    /// Keeps that many bytes in blocks of 32 KiB, all of them written to; what a block has over counts for the next
    /// time.
    /// </summary>
    public unsafe void Keep(Bytes amount)
    {
        for (owed += amount.Count; owed > 0; owed -= Block)
        {
            var block = (byte*)NativeMemory.Alloc(Block);
            for (var at = 0; at < Block; at += 2048) block[at] = 1;
            held.Add((nint)block);
        }
    }

    /// <summary>The same over a time.</summary>
    public async Task KeepAsync(Bytes amount, TimeSpan time, CancellationToken cancel = default)
    {
        var began = Stopwatch.GetTimestamp();
        for (var part = 0.0; part < 1;)
        {
            await Task.Delay(1, cancel);
            var now = Math.Min(1, Stopwatch.GetElapsedTime(began) / time);
            Keep(amount * (now - part));
            part = now;
        }
    }

    public unsafe void Drop()
    {
        foreach (var block in held) NativeMemory.Free((void*)block);
        held.Clear();
        owed = 0;
    }
}
