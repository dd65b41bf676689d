using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using LeanLoad.Memory;
using LeanLoad.Profiler.Agents;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>What a whole process took, from its first instruction to its last.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote, both streams.</param>
/// <param name="Cpu">User and system time of the process and its threads, by the kernel's accounting (man 2
/// getrusage).</param>
/// <param name="Wall">From start to end.</param>
/// <param name="Resident">The most that was resident (<c>VmHWM</c>); null where it was not seen.</param>
/// <param name="Charged">The most that its cgroup was charged and could not have reclaimed; null without one.</param>
sealed record ProcessUsage(int ExitCode, string Output, TimeSpan Cpu, TimeSpan Wall, Bytes? Resident, Bytes? Charged)
{
    /// <exception cref="MeasurementException">It failed; the message has what it wrote.</exception>
    public void RequireSuccess(string name)
    {
        if (ExitCode != 0) throw new MeasurementException($"{name} ended with exit code {ExitCode}:\n{Output}");
    }
}

/// <summary>Runs one process at a time and reads what it takes.</summary>
/// <param name="core">The processor it is held to; null: any.</param>
sealed partial class ProcessMeter(int? core)
{
    static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(100);

    string? noCage;

    /// <summary>Variables of the processes beside those of this one.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">As typed.</param>
    /// <param name="onSample">Told of each reading of its memory: resident, and charged where that is known.</param>
    /// <param name="endAfter">When it is ended if it has not by itself; null: never.</param>
    public async Task<ProcessUsage> RunAsync(
        string program, IEnumerable<string> arguments, Action<Bytes, Bytes?>? onSample = null,
        TimeSpan? endAfter = null)
    {
        var start = core is { } number
            ? new ProcessStartInfo(Tool.Pin.Location!,
                ["-c", number.ToString(CultureInfo.InvariantCulture), program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        if (!Cage.TryCreate(Cage.NoLimit, out var cage, out var problem)) noCage = problem;
        using var group = cage;
        if (group is not null) start = group.Enclose(start);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var (cpuBefore, began) = (CpuOfEndedChildren(), Stopwatch.GetTimestamp());
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var ended = process.WaitForExitAsync();
        Bytes? resident = null, charged = null;
        while (await Task.WhenAny(ended, Task.Delay(SampleEvery)) != ended)
        {
            if (Stopwatch.GetElapsedTime(began) > endAfter) process.Kill();
            if (ReadResident(process.Id) is not { } now) continue;
            resident = now.Peak;
            if (group?.ReadUnreclaimable() is { } held && (charged is null || held > charged)) charged = held;
            onSample?.Invoke(now.Present, group?.ReadUnreclaimable());
        }

        var wall = Stopwatch.GetElapsedTime(began);
        // Nothing else ends meanwhile: what ended children have used in all grew by this process and no other.
        return new ProcessUsage(
            process.ExitCode, await output + await error, CpuOfEndedChildren() - cpuBefore, wall, resident, charged);
    }

    /// <summary>Tells the terminal why <see cref="ProcessUsage.Charged"/> is unknown, where it is.</summary>
    public void SayWhatIsUnknown()
    {
        if (noCage is not null) Console.WriteLine($"Charged memory is unknown: {noCage}");
    }

    static (Bytes Present, Bytes Peak)? ReadResident(int id)
    {
        try
        {
            var status = File.ReadAllBytes($"/proc/{id}/status");
            return KernelText.Field(status, "VmRSS"u8) is { } present && KernelText.Field(status, "VmHWM"u8) is { } peak
                ? (new Bytes(present), new Bytes(peak)) : null;
        }
        catch (IOException)
        {
            return null; // It has just ended.
        }
    }

    static unsafe TimeSpan CpuOfEndedChildren()
    {
        const int children = -1; // RUSAGE_CHILDREN
        // struct rusage: two struct timeval of two 8-byte fields each, then 14 fields of 8 bytes.
        var usage = stackalloc long[18];
        if (ReadUsage(children, usage) != 0) throw new InvalidOperationException("getrusage failed.");
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static unsafe partial int ReadUsage(int who, long* usage);
}
