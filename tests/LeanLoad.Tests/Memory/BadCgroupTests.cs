using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

/// <summary>Cgroup trees as they should not be: what is wrong is said, and the next best source used.</summary>
public sealed class BadCgroupTests : IDisposable
{
    const int Depth = 10;

    readonly List<DirectoryInfo> trees = [];

    public void Dispose() => trees.ForEach(static tree => tree.Delete(recursive: true));

    [Theory]
    // The level that limits, from the outermost, and by how much; all others are unlimited ("max").
    [InlineData(false, 1)]
    [InlineData(false, 5)]
    [InlineData(false, 10)]
    [InlineData(true, 1)]
    [InlineData(true, 7)]
    [InlineData(true, 10)]
    public void Ten_deep_the_one_limit_is_found_at_any_level(bool isVersion1, int level)
    {
        var (root, levels) = Nested(isVersion1);
        Limit(levels[level - 1], isVersion1, $"{48 << 20}");
        using var reader = MemoryReader.Open(root);
        var reading = reader.Read(0);
        Assert.Empty(reader.Problems);
        Assert.Equal((48.0, 38.0), (reading.Limit!.Value.MiB, reading.Room!.Value.MiB));
        var name = string.Concat(Enumerable.Range(1, level).Select(static one => $"/{one}"));
        Assert.StartsWith($"{name} (v", reading.LimitName, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ten_limits_the_one_that_leaves_least_counts_and_the_reading_allocates_nothing()
    {
        var (root, levels) = Nested(isVersion1: false);
        for (var level = 0; level < Depth; level++)
        {
            Limit(levels[level], isVersion1: false, $"{(100 - Math.Abs(level - 6)) << 20}");
        }

        // The third uses more than the others: less is left there, though its limit is not the smallest.
        File.WriteAllText(Path.Combine(levels[2], "memory.stat"), $"anon {90 << 20}\nfile 0\n");
        using var reader = MemoryReader.Open(root);
        var reading = reader.Read(0);
        Assert.Equal((96.0, 6.0), (reading.Limit!.Value.MiB, reading.Room!.Value.MiB));
        using var cgroup = Open(root);
        cgroup.TryRead(out _, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var turn = 0; turn < 100; turn++) cgroup.TryRead(out _, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    // What cannot be read, from the innermost on: 9 is ours.
    [InlineData(9, "/1/2/3/4/5/6/7/8/9 (v2)")]
    [InlineData(4, "/1/2/3/4/5/6/7/8/9/10 (v2)")]
    public void Without_the_right_to_read_one_cgroup_those_around_it_count_and_it_is_said(int level, string name)
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[1], isVersion1: false, $"{64 << 20}");
        Forbid(Path.Combine(levels[level], "memory.current"));
        Forbid(Path.Combine(levels[level], "memory.max"));
        using var reader = MemoryReader.Open(root);
        var reading = reader.Read(0);
        Assert.Equal(64, reading.Limit!.Value.MiB);
        Assert.Equal(name, reader.CgroupName);
        Assert.Contains("memory.current cannot be read: no permission. What that cgroup limits is not known",
            Assert.Single(reader.Problems), StringComparison.Ordinal);
    }

    [Theory]
    // Whose figures are not there, and whose limit is the only one: 9 is ours.
    [InlineData(9, 9, "/1/2/3/4/5/6/7/8/9 (v2)")]
    [InlineData(9, 4, "/1/2/3/4/5/6/7/8/9 (v2)")]
    [InlineData(4, 4, "/1/2/3/4/5/6/7/8/9/10 (v2)")]
    public void A_limit_counts_where_there_are_no_figures_beside_it(int unread, int limited, string name)
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[limited], isVersion1: false, $"{64 << 20}");
        File.Delete(Path.Combine(levels[unread], "memory.current"));
        using var reader = MemoryReader.Open(root);
        var reading = reader.Read(0);
        Assert.False(reading.IsEstimate);
        Assert.Equal((64.0, 54.0), (reading.Limit!.Value.MiB, reading.Room!.Value.MiB));
        Assert.Equal(name, reader.CgroupName);
        Assert.EndsWith("memory.current does not exist. Its limit counts all the same; what is charged there is not "
            + "known.", Assert.Single(reader.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "memory.stat", "")]
    [InlineData(false, "memory.stat", null)]
    [InlineData(false, "memory.stat", "anon many\nfile few\n")]
    [InlineData(false, "memory.current", "twenty\n")]
    public void Where_figures_are_bad_from_the_start_the_limit_beside_them_counts_and_is_followed(
        bool isVersion1, string name, string? text)
    {
        var (root, levels) = Nested(isVersion1);
        Limit(levels[^1], isVersion1, $"{64 << 20}");
        var file = Path.Combine(levels[^1], name);
        if (text is null) File.Delete(file);
        else File.WriteAllText(file, text);
        using var reader = MemoryReader.Open(root);
        var reading = reader.Read(0);
        Assert.True(reading.IsEstimate);
        Assert.Null(reading.Charged);
        Assert.Equal((64.0, 64 - reading.Unreclaimable.MiB), (reading.Limit!.Value.MiB, reading.Room!.Value.MiB));
        Assert.Equal(64, Budget.Resolve(null, reading).Amount?.MiB);
        var said = Assert.Single(reader.Problems);
        Assert.Contains("cannot be read or holds no figures that are known", said, StringComparison.Ordinal);
        Assert.EndsWith("own figures are summed up instead, and the limit that counts is 64.0 MiB.", said,
            StringComparison.Ordinal);

        Limit(levels[^1], isVersion1, $"{48 << 20}");
        Assert.Equal(48, reader.Read(0).Limit!.Value.MiB);
        Limit(levels[3], isVersion1, $"{32 << 20}");
        Assert.Equal(32, reader.Read(0).Limit!.Value.MiB);
        Assert.Single(reader.Problems);
    }

    [Fact]
    public void Without_figures_what_is_in_use_under_an_enclosing_limit_counts_and_the_reading_allocates_nothing()
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[3], isVersion1: false, $"{64 << 20}");
        File.WriteAllText(Path.Combine(levels[3], "memory.stat"), $"anon {40 << 20}\nfile 0\n");
        File.WriteAllText(Path.Combine(levels[^1], "memory.stat"), "");
        using var reader = MemoryReader.Open(root);
        Assert.Equal((64.0, 24.0), (reader.Read(0).Limit!.Value.MiB, reader.Read(0).Room!.Value.MiB));
        using var cgroup = Open(root);
        cgroup.TryRead(out _, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var turn = 0; turn < 100; turn++) Assert.False(cgroup.TryRead(out _, out _));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(64)]
    public void Without_the_right_to_read_any_the_processs_own_figures_count_and_it_is_said(int? limitMiB)
    {
        var (root, levels) = Nested(isVersion1: true);
        if (limitMiB is { } most) Limit(levels[4], isVersion1: true, $"{most << 20}");
        foreach (var level in levels)
        {
            Forbid(Path.Combine(level, "memory.usage_in_bytes"));
            // Without a limit that may be read either: nothing is known.
            if (limitMiB is null) Forbid(Path.Combine(level, "memory.limit_in_bytes"));
        }

        using var reader = MemoryReader.Open(root);
        var reading = reader.Read(connections: 0);
        Assert.True(reading.IsEstimate);
        Assert.Equal(limitMiB, reading.Limit?.MiB);
        Assert.Equal(6000 + 100 + 4 * 28, reading.Unreclaimable.Count / 1024.0);
        var said = Assert.Single(reader.Problems);
        Assert.Contains("no permission", said, StringComparison.Ordinal);
        Assert.Contains("own figures are summed up instead, and "
            + (limitMiB is null ? "no limit is known" : "the limit that counts is 64.0 MiB"), said,
            StringComparison.Ordinal);
        Assert.Equal(limitMiB is null ? "no budget known" : "memory cgroup /1/2/3/4/5 (v1), 64.0 MiB",
            Budget.Resolve(null, reading).Source);
    }

    [Theory]
    [InlineData("memory.current", "")]
    [InlineData("memory.current", "twenty\n")]
    [InlineData("memory.current", "-20971520\n")]
    [InlineData("memory.stat", "")]
    [InlineData("memory.stat", "\u0000\u0001\u0002")]
    [InlineData("memory.stat", "anon many\nfile few\n")]
    public void A_file_that_vanishes_or_turns_to_garbage_between_two_readings_leaves_the_last_limit(
        string name, string text)
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[^1], isVersion1: false, $"{64 << 20}");
        using var reader = MemoryReader.Open(root);
        Assert.False(reader.Read(0).IsEstimate);
        var file = Path.Combine(levels[^1], name);
        var good = File.ReadAllText(file);
        File.WriteAllText(file, text);

        var lost = reader.Read(0);
        Assert.True(lost.IsEstimate);
        Assert.Equal((64.0, 64 - lost.Unreclaimable.MiB), (lost.Limit!.Value.MiB, lost.Room!.Value.MiB));
        var said = Assert.Single(reader.Problems);
        Assert.Contains($"{file} cannot be read or holds no figures", said, StringComparison.Ordinal);
        Assert.Contains("the last known limit, 64.0 MiB, goes on to count", said, StringComparison.Ordinal);
        reader.Read(0);
        Assert.Single(reader.Problems);
        // One that is moved meanwhile is followed.
        Limit(levels[^1], isVersion1: false, $"{48 << 20}");
        Assert.Equal((48.0, 48 - lost.Unreclaimable.MiB),
            (reader.Read(0).Limit!.Value.MiB, reader.Read(0).Room!.Value.MiB));
        Limit(levels[^1], isVersion1: false, $"{64 << 20}");

        // Back again, it is what counts.
        File.WriteAllText(file, good);
        Assert.False(reader.Read(0).IsEstimate);
        Assert.Equal(64, reader.Read(0).Limit!.Value.MiB);
    }

    [Fact]
    public void What_others_used_of_an_enclosing_limit_is_not_ours_when_our_own_figures_turn_to_garbage()
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[3], isVersion1: false, $"{64 << 20}");
        File.WriteAllText(Path.Combine(levels[3], "memory.stat"), $"anon {40 << 20}\nfile 0\n");
        using var reader = MemoryReader.Open(root);
        Assert.Equal(24, reader.Read(0).Room!.Value.MiB);
        File.WriteAllText(Path.Combine(levels[^1], "memory.stat"), "");
        var lost = reader.Read(0);
        // 10 of the 40 were ours.
        Assert.Equal(64 - 30 - lost.Unreclaimable.MiB, lost.Room!.Value.MiB, 6);
    }

    [Fact]
    public void Page_cache_of_others_does_not_count_when_figures_are_lost_unless_it_cannot_be_told_from_the_rest()
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[3], isVersion1: false, $"{128 << 20}");
        Limit(levels[^1], isVersion1: false, $"{64 << 20}");
        // With its page cache it leaves 58 MiB, ours leaves 54: its statistics are not read.
        File.WriteAllText(Path.Combine(levels[3], "memory.current"), $"{70 << 20}\n");
        File.WriteAllText(Path.Combine(levels[3], "memory.stat"), $"anon {20 << 20}\nfile {50 << 20}\n");
        using var reader = MemoryReader.Open(root);
        Assert.Equal((64.0, 54.0), (reader.Read(0).Limit!.Value.MiB, reader.Read(0).Room!.Value.MiB));
        File.WriteAllText(Path.Combine(levels[^1], "memory.stat"), "");
        Limit(levels[^1], isVersion1: false, "max");
        Assert.Equal((128.0, 108.0), (reader.Read(0).Limit!.Value.MiB, reader.Read(0).Room!.Value.MiB));
        File.WriteAllText(Path.Combine(levels[3], "memory.stat"), "");
        var lost = reader.Read(0);
        // 10 of the 70 were ours.
        Assert.Equal(128 - 60 - lost.Unreclaimable.MiB, lost.Room!.Value.MiB, 6);
    }

    [Theory]
    // What met limits below an enclosing cgroup of ours is not what met its own: a kernel before 5.2 tells only both.
    [InlineData("max 2\n", 2)]
    [InlineData(null, 5)]
    public void A_limit_that_others_below_the_same_cgroup_met_is_not_ours(string? local, int hits)
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[3], isVersion1: false, $"{64 << 20}");
        File.WriteAllText(Path.Combine(levels[3], "memory.events"), "max 5\n");
        if (local is not null) File.WriteAllText(Path.Combine(levels[3], "memory.events.local"), local);
        using var cgroup = Open(root);
        Assert.True(cgroup.TryRead(out var reading, out _));
        Assert.Equal(hits, reading.LimitHits);
    }

    [Fact]
    public void A_foreign_part_of_the_tree_that_is_mounted_first_is_not_read()
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[^1], isVersion1: false, $"{64 << 20}");
        var mounts = Path.Combine(root, "proc/self/mountinfo");
        var foreign = Directory.CreateDirectory(Path.Combine(root, "foreign")).FullName;
        foreach (var file in Directory.GetFiles(levels[^1]))
        {
            File.Copy(file, Path.Combine(foreign, Path.GetFileName(file)));
        }

        Limit(foreign, isVersion1: false, $"{32 << 20}");
        File.WriteAllText(mounts,
            "40 31 0:38 /others /foreign rw - cgroup2 cgroup2 rw\n" + File.ReadAllText(mounts));
        using var reader = MemoryReader.Open(root);
        Assert.Equal(64, reader.Read(0).Limit?.MiB);
        Assert.EndsWith("/9/10 (v2)", reader.CgroupName, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_was_moved_is_followed_within_a_second_though_the_files_it_left_still_read_well()
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[2], isVersion1: false, $"{80 << 20}");
        using var reader = MemoryReader.Open(root);
        Assert.Equal(80, reader.Read(0).Limit?.MiB);
        Limit(levels[1], isVersion1: false, $"{48 << 20}");
        Limit(levels[2], isVersion1: false, "max");
        File.WriteAllText(Path.Combine(root, "proc/self/cgroup"), "0::/1/2\n");
        Assert.EndsWith("/9/10 (v2)", reader.CgroupName, StringComparison.Ordinal);
        Thread.Sleep(1050);
        Assert.Equal(48, reader.Read(0).Limit?.MiB);
        Assert.Equal("/1/2 (v2)", reader.CgroupName);
        Assert.Contains("moved from memory cgroup /1/2/3/4/5/6/7/8/9/10 (v2) to /1/2 (v2)",
            Assert.Single(reader.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_move_that_cannot_be_followed_at_once_is_followed_later()
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[2], isVersion1: false, $"{80 << 20}");
        using var reader = MemoryReader.Open(root);
        Limit(levels[1], isVersion1: false, $"{48 << 20}");
        File.WriteAllText(Path.Combine(root, "proc/self/cgroup"), "0::/1/2\n");
        var mounts = Path.Combine(root, "proc/self/mountinfo");
        var text = File.ReadAllText(mounts);
        File.WriteAllText(mounts, "");
        Thread.Sleep(1050);
        _ = reader.Read(0);
        Assert.EndsWith("/9/10 (v2)", reader.CgroupName, StringComparison.Ordinal);
        Assert.StartsWith("This process was moved, and where to cannot be read: ", Assert.Single(reader.Problems),
            StringComparison.Ordinal);
        File.WriteAllText(mounts, text);
        Thread.Sleep(1050);
        Assert.Equal(48, reader.Read(0).Limit?.MiB);
        Assert.Equal("/1/2 (v2)", reader.CgroupName);
    }

    [Fact]
    public void One_that_was_moved_back_is_followed_at_once_when_it_is_moved_again()
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[2], isVersion1: false, $"{80 << 20}");
        var (own, mounts) = (Path.Combine(root, "proc/self/cgroup"), Path.Combine(root, "proc/self/mountinfo"));
        var (was, text) = (File.ReadAllText(own), File.ReadAllText(mounts));
        using var reader = MemoryReader.Open(root);
        Move("0::/1/2\n", "");
        // Each failure would make the next attempt rarer.
        Move("0::/1/2\n", "");
        Move("0::/1/2\n", "");
        Move(was, text);
        Move("0::/1/2\n", "");
        Assert.Equal(2, reader.Problems.Count);
        Move(was, text);
        Limit(levels[1], isVersion1: false, $"{48 << 20}");
        Move("0::/1/2\n", text);
        Assert.Equal("/1/2 (v2)", reader.CgroupName);

        void Move(string to, string mounted)
        {
            File.WriteAllText(own, to);
            File.WriteAllText(mounts, mounted);
            Thread.Sleep(1050);
            _ = reader.Read(0);
        }
    }

    [Fact]
    public void A_process_that_was_moved_is_read_where_it_is_now()
    {
        var (root, levels) = Nested(isVersion1: false);
        using var reader = MemoryReader.Open(root);
        Assert.Null(reader.Read(0).Limit);
        // The old cgroup is gone: its open files say nothing more.
        File.WriteAllText(Path.Combine(levels[^1], "memory.current"), "");
        File.WriteAllText(Path.Combine(root, "proc/self/cgroup"), "0::/1/2/3\n");
        Limit(levels[2], isVersion1: false, $"{80 << 20}");
        var reading = reader.Read(0);
        Assert.Equal(80, reading.Limit?.MiB);
        Assert.Equal("/1/2/3 (v2)", reader.CgroupName);
        Assert.Contains("Memory is read again, from cgroup /1/2/3 (v2).", reader.Problems);
    }

    [Theory]
    [InlineData("", 64)]
    [InlineData("unlimited\n", 64)]
    [InlineData("-1\n", 64)]
    [InlineData("max\n", null)]
    public void A_limit_that_turns_to_garbage_stays_what_it_was_and_one_that_is_taken_away_does_not(
        string text, int? limit)
    {
        var (root, levels) = Nested(isVersion1: false);
        Limit(levels[3], isVersion1: false, $"{64 << 20}");
        using var reader = MemoryReader.Open(root);
        reader.Read(0);
        File.WriteAllText(Path.Combine(levels[3], "memory.max"), text);
        var reading = reader.Read(0);
        Assert.Equal(limit, reading.Limit?.MiB);
        if (limit is null) Assert.Empty(reader.Problems);
        else
        {
            Assert.Equal($"{levels[3]}/memory.max cannot be read or holds no limit: the limit that counts is 64.0 MiB.",
                Assert.Single(reader.Problems));
        }
    }

    [Fact]
    public void What_is_wrong_is_taken_once()
    {
        using var reader = MemoryReader.Open(FixtureTree.Named("half-mounted"));
        Assert.Equal(reader.Problems[0], reader.TakeProblem());
        Assert.Null(reader.TakeProblem());
        Assert.Contains("not mounted", reader.Problems[0], StringComparison.Ordinal);
    }

    (string Root, IReadOnlyList<string> Levels) Nested(bool isVersion1)
    {
        var (root, levels) = FixtureTree.Nested(Depth, isVersion1);
        trees.Add(root);
        return (root.FullName, levels);
    }

    // Modes mean nothing to root; a directory in its place is refused to everybody, as EACCES would be.
    static void Forbid(string file)
    {
        File.Delete(file);
        Directory.CreateDirectory(file);
    }

    static void Limit(string directory, bool isVersion1, string text) =>
        File.WriteAllText(Path.Combine(directory, isVersion1 ? "memory.limit_in_bytes" : "memory.max"), text + "\n");

    static Cgroup Open(string root)
    {
        Assert.True(Cgroup.TryOpen(root, new byte[8192], out var cgroup, out var problem), problem);
        return cgroup;
    }
}
