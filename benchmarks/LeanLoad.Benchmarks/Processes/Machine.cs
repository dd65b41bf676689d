using System.Globalization;
using System.Runtime.InteropServices;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>Where a measurement was made: without it no figure can be compared.</summary>
/// <param name="Processor">Its model, as the kernel names it.</param>
/// <param name="Processors">How many this process may use.</param>
/// <param name="MemoryMiB">Of the machine.</param>
/// <param name="System">Distribution and kernel.</param>
/// <param name="Runtime">What builds and runs .NET here.</param>
/// <param name="Load">Processes that wanted to run during the last minute, before the measurement: 0 is a machine at
/// rest.</param>
sealed record Machine(string Processor, int Processors, long MemoryMiB, string System, string Runtime, double Load)
{
    public static Machine Current() => new(
        FieldOf("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20,
        $"{FieldOf("/etc/os-release", "PRETTY_NAME") ?? RuntimeInformation.OSDescription}, Linux "
        + $"{Environment.OSVersion.Version}",
        RuntimeInformation.FrameworkDescription,
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Processors} processors {Processor}, {MemoryMiB / 1024.0:0} GiB, {System}, {Runtime}; load before: "
        + $"{Load:0.00}");

    /// <summary>The value of <c>name: value</c> or <c>NAME="value"</c>; null where there is none.</summary>
    static string? FieldOf(string path, string name)
    {
        if (!File.Exists(path)) return null;
        return File.ReadLines(path).Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => line[name.Length..].Trim(' ', '\t', ':', '=', '"')).FirstOrDefault();
    }
}
