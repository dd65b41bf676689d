using System.Runtime.CompilerServices;
using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

/// <summary>Alone: what tests beside it allocate would count, too.</summary>
[CollectionDefinition(nameof(LargeObjectsTests), DisableParallelization = true)]
[Collection(nameof(LargeObjectsTests))]
public sealed class LargeObjectsTests
{
    [Fact]
    public void Large_objects_that_were_replaced_are_told_from_those_that_live()
    {
        using var reader = MemoryReader.Open();
        var kept = new byte[16][];
        Settle(reader);
        Replace(kept, reader);
        var before = reader.ReadAtRest(0, TimeSpan.Zero, 0).Reading.Large;
        Replace(kept, reader);
        var after = reader.ReadAtRest(0, TimeSpan.Zero, 0).Reading.Large;
        GC.KeepAlive(kept);
        Assert.InRange(after.Live.MiB, 16, double.MaxValue);
        Assert.InRange((after.Allocated - before.Allocated).MiB, 16, double.MaxValue);
        Assert.InRange((after.Live - before.Live).MiB, -4, 4);
    }

    // What tests before it left to finalizers and pools goes in the collections that follow: until nothing does any
    // more, their large objects would count as this test's.
    static void Settle(MemoryReader reader)
    {
        var (last, calm) = (Bytes.Zero, 0);
        for (var rest = 0; rest < 20 && calm < 3; rest++)
        {
            GC.WaitForPendingFinalizers();
            var live = reader.ReadAtRest(0, TimeSpan.Zero, 0).Reading.Large.Live;
            calm = Math.Abs((live - last).MiB) < 1 ? calm + 1 : 0;
            last = live;
        }
    }

    // In a frame of its own, which keeps nothing alive; looking as often as the guard does, so that no collection is
    // missed.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Replace(byte[][] kept, MemoryReader reader)
    {
        for (var at = 0; at < kept.Length; at++)
        {
            kept[at] = new byte[1 << 20];
            reader.Read(0);
        }
    }
}
