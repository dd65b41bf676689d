using System.Diagnostics;
using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.Tests.Agents;

public sealed class CageTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("ll-test-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_version_2_group_is_read_by_its_files()
    {
        Put("memory.current", "1048576\n");
        Put("memory.peak", "2097152\n");
        Put("memory.events", "low 0\nhigh 0\nmax 17\noom 2\noom_kill 1\noom_group_kill 0\n");

        Assert.Equal(new CageReading(Bytes.FromMiB(1), Bytes.FromMiB(2), null, 1, 17), CageReading.Read(root));
    }

    [Fact]
    public void A_version_1_group_is_read_by_its_files()
    {
        Put("memory.usage_in_bytes", "1048576\n");
        Put("memory.max_usage_in_bytes", "2097152\n");
        Put("memory.kmem.tcp.max_usage_in_bytes", "4096\n");
        Put("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        Put("memory.failcnt", "0\n");

        Assert.Equal(new CageReading(Bytes.FromMiB(1), Bytes.FromMiB(2), new Bytes(4096), 3, null),
            CageReading.Read(root));
    }

    [Fact]
    public void What_a_kernel_does_not_say_is_unknown_and_not_nothing()
    {
        Put("memory.current", "1048576\n");

        Assert.Equal(new CageReading(Bytes.FromMiB(1), null, null, null, null), CageReading.Read(root));
        Assert.Equal(default, CageReading.Read(Path.Combine(root, "gone")));
    }

    [Fact]
    public void Without_a_memory_controller_the_problem_names_what_there_is()
    {
        Assert.False(Cage.TryCreate(Bytes.FromMiB(64), out _, out var problem, root));
        Assert.Contains("neither", problem, StringComparison.Ordinal);

        Put("cgroup.controllers", "cpu io\n");
        Assert.False(Cage.TryCreate(Bytes.FromMiB(64), out _, out problem, root));
        Assert.Contains("cpu io", problem, StringComparison.Ordinal);
    }

    /// <summary>Whether there is v1's hierarchy, v2's memory controller, or both; v1 has the memory then.</summary>
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    [InlineData(true, true, false)]
    public void A_limit_is_on_sockets_too_on_v2_alone(bool hasVersion1, bool hasVersion2, bool limitsSockets)
    {
        Directory.CreateDirectory(Path.Combine(root, "memory"));
        if (hasVersion1) Put("memory/memory.usage_in_bytes", "0\n");
        if (hasVersion2) Put("cgroup.controllers", "cpu memory\n");

        Assert.Equal(limitsSockets, Cage.LimitsSockets(root));
    }

    [Fact]
    public void Without_the_right_to_write_the_problem_says_so_and_nothing_is_left()
    {
        Put("cgroup.controllers", "memory\n"); // and no cgroup.subtree_control, as where it is not ours

        Assert.False(Cage.TryCreate(Bytes.FromMiB(64), out _, out var problem, root));
        Assert.EndsWith("It takes root.", problem, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(root));
    }

    [Fact]
    public async Task A_process_starts_inside_is_counted_and_ends_with_the_cage()
    {
        if (!Cage.TryCreate(Bytes.FromMiB(64), out var cage, out var problem)) Assert.Skip(problem);
        Process sleeper;
        using (cage)
        {
            string[] arguments = ["-c", "cat /proc/self/cgroup; printf %s \"$1\"", "sh", "a 'quoted' $HOME"];
            var start = cage.Enclose(new ProcessStartInfo("/bin/sh", arguments));
            start.RedirectStandardOutput = true;
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Contains("/leanload/", output, StringComparison.Ordinal);
            Assert.EndsWith("a 'quoted' $HOME", output, StringComparison.Ordinal);
            Assert.InRange(cage.Read().Peak!.Value.Count, 1, 64L << 20);
            Assert.Equal(0, cage.Read().OutOfMemoryKills);
            sleeper = Process.Start(cage.Enclose(new ProcessStartInfo("/bin/sleep", ["600"])))!;
            while (!File.ReadAllText($"/proc/{sleeper.Id}/cgroup").Contains("/leanload/", StringComparison.Ordinal))
            {
                await Task.Yield();
            }
        }

        await sleeper.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(137, sleeper.ExitCode);
        sleeper.Dispose();
    }

    void Put(string file, string text) => File.WriteAllText(Path.Combine(root, file), text);
}
