using System.Globalization;

namespace LeanLoad.Memory;

/// <summary>
/// How long the kernel has kept the process's cgroup from running because its CPU quota was used up:
/// <c>throttled_usec</c> of <c>cpu.stat</c> (Documentation/admin-guide/cgroup-v2.rst), or <c>throttled_time</c> in
/// nanoseconds (scheduler/sched-bwc.rst, v1).
/// </summary>
static class CpuThrottling
{
    /// <summary>Reads the figure; null where no quota is accounted for.</summary>
    /// <param name="root">Below which <c>proc</c> and <c>sys</c> are read; <c>/</c> but for tests.</param>
    public static TimeSpan? Read(string root)
    {
        if (!KernelFile.TryReadAll(Path.Combine(root, "proc/self/cgroup"), out var membership, out _)) return null;
        foreach (var line in membership.Split('\n'))
        {
            var fields = line.Split(':', 3);
            if (fields.Length < 3 || fields[2].Split('/').Contains("..")) continue;
            var isV2 = fields[0] == "0" && fields[1].Length == 0;
            if (!isV2 && !fields[1].Split(',').Contains("cpu")) continue;
            // In a container its own cgroup is mounted as the root, whatever path the host knows it by.
            string[] mounts = isV2 ? ["", "unified"] : [fields[1], "cpu"];
            foreach (var mount in mounts)
            {
                foreach (var path in new[] { fields[2].TrimStart('/'), "" })
                {
                    if (KernelFile.TryReadAll(Path.Combine(root, "sys/fs/cgroup", mount, path, "cpu.stat"),
                        out var text, out _) && Find(text) is { } time)
                    {
                        return time;
                    }
                }
            }
        }

        return null;
    }

    static TimeSpan? Find(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(' ') is not [var name, var value]
                || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                continue;
            }

            if (name == "throttled_usec") return TimeSpan.FromMicroseconds(number);
            if (name == "throttled_time") return TimeSpan.FromMicroseconds(number / 1000);
        }

        return null;
    }
}
