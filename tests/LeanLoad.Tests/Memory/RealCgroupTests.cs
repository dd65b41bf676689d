using System.Diagnostics;
using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

/// <summary>
/// One real v1 memory cgroup with one real process in it, read through a tree that claims to be that process's.
/// </summary>
public sealed class RealCgroupTests
{
    const string Mount = "/sys/fs/cgroup/memory";

    [Fact]
    public void A_real_cgroup_is_read_with_its_limit_and_what_lives_in_it()
    {
        Assert.SkipUnless(File.Exists($"{Mount}/memory.usage_in_bytes"),
            "no v1 memory hierarchy at /sys/fs/cgroup/memory");
        var name = $"leanload-test-{Environment.ProcessId}-{Guid.NewGuid():N}";
        DirectoryInfo directory;
        try
        {
            directory = Directory.CreateDirectory($"{Mount}/{name}");
            File.WriteAllText($"{directory}/memory.limit_in_bytes", "67108864");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"no right to make a memory cgroup: {error.Message}");
            return;
        }

        try
        {
            // tail keeps what it reads until a line ends: 20 MiB, all of it anonymous, as soon as the write is over.
            using var tail =
                Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"echo $$ > {directory}/cgroup.procs; exec tail"])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                })!;
            tail.StandardInput.BaseStream.Write(new byte[20 << 20]);
            tail.StandardInput.BaseStream.Flush();
            Assert.Equal(tail.Id, int.Parse(File.ReadAllText($"{directory}/cgroup.procs"),
                System.Globalization.CultureInfo.InvariantCulture));
            var (reading, kills) = Read(name, tail.Id);
            tail.Kill();
            tail.WaitForExit();
            Assert.True(reading.IsOurs);
            Assert.Equal((64.0, $"/{name} (v1)"), (reading.Limit!.Value.MiB, reading.LimitName));
            Assert.InRange(reading.Anonymous.MiB, 18, 24);
            Assert.InRange(reading.Kernel!.Value.Count, 1, 4 << 20);
            Assert.InRange(reading.Room!.Value.MiB, 64 - 30, 64 - 18);
            Assert.Equal(0, kills);
        }
        finally
        {
            directory.Delete();
        }
    }

    static (CgroupReading Reading, long? Kills) Read(string name, int pid)
    {
        var root = Directory.CreateTempSubdirectory("leanload-real-");
        var self = root.CreateSubdirectory("proc/self").FullName;
        File.WriteAllText($"{self}/cgroup", $"4:memory:/{name}\n");
        File.WriteAllText($"{self}/mountinfo", $"35 31 0:32 / {Mount} rw - cgroup cgroup rw,memory\n");
        File.WriteAllText($"{self}/status", $"Pid:\t{pid}\n");
        Directory.CreateSymbolicLink(Path.Combine(root.FullName, "sys"), "/sys");
        Assert.True(Cgroup.TryOpen(root.FullName, new byte[8192], out var cgroup, out var problem), problem);
        using (cgroup)
        {
            Assert.True(cgroup.TryRead(out var reading, out problem), problem);
            root.Delete(recursive: true);
            return (reading, cgroup.ReadKills());
        }
    }
}
