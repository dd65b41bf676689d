using BenchmarkDotNet.Attributes;
using LeanLoad.Memory;

namespace LeanLoad.Benchmarks.Memory;

/// <summary>
/// One reading of this machine's real kernel files and of the collector: a hundred times a second, and while users
/// come by thousands at each 256th of them. Which cgroup this process is in, and how deep, is the machine's.
/// </summary>
public class Reading : IDisposable
{
    readonly MemoryReader reader = MemoryReader.Open();

    /// <summary>The usual way: what the framework knows of the process, and the file as a string.</summary>
    [Benchmark(Baseline = true)]
    public long WorkingSet()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64 + File.ReadAllText("/proc/self/status").Length;
    }

    [Benchmark]
    public long Read() => reader.Read(connections: 40).Unreclaimable.Count;

    public void Dispose()
    {
        reader.Dispose();
        GC.SuppressFinalize(this);
    }
}
