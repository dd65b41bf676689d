using System.Diagnostics;
using System.Globalization;
using System.Text;
using LeanLoad.Memory;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>What one agent took, whoever started it.</summary>
/// <param name="ExitCode">Of the command that started it.</param>
/// <param name="Output">What that command wrote.</param>
/// <param name="Cpu">The agent's own, at its last reading: at most 20 ms before its end.</param>
/// <param name="Resident">The most that the agent had resident.</param>
sealed record WatchedUsage(int ExitCode, string Output, TimeSpan Cpu, Bytes Resident);

/// <summary>
/// Runs a command, and reads what one program that it starts takes: found by its path, which nothing else may run.
/// </summary>
/// <param name="program">The program's path.</param>
/// <param name="core">The processor that it is moved to; what started it stays where it was.</param>
sealed class WatchedProcess(string program, int core)
{
    const double TicksPerSecond = 100; // USER_HZ; man 5 proc, man 3 sysconf

    static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs the command to its end.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <exception cref="MeasurementException">It never started the program.</exception>
    public async Task<WatchedUsage> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var ended = process.WaitForExitAsync();
        int? id = null;
        WatchedUsage usage = new(0, "", TimeSpan.Zero, Bytes.Zero);
        do
        {
            if (id is null && Find() is { } found) Pin((id = found).Value);
            if (id is { } known) usage = Read(known, usage);
        }
        while (await Task.WhenAny(ended, Task.Delay(SampleEvery)) != ended);

        usage = usage with { ExitCode = process.ExitCode, Output = await output + await error };
        return id is not null ? usage : throw new MeasurementException(
            $"{string.Join(' ', command)} never started {program}:\n{usage.Output}");
    }

    int? Find()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                if (File.ResolveLinkTarget(Path.Combine(directory, "exe"), false)?.FullName == program) return id;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Ended meanwhile, or somebody else's.
            }
        }

        return null;
    }

    void Pin(int id)
    {
        var start = new ProcessStartInfo(
            Tool.Pin.Location!, ["-a", "-c", "-p", $"{core}", id.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var pin = Process.Start(start)!;
        pin.WaitForExit();
    }

    static WatchedUsage Read(int id, WatchedUsage before)
    {
        try
        {
            var status = File.ReadAllBytes($"/proc/{id}/status");
            if (KernelText.Field(status, "VmHWM"u8) is not { } resident) return before;
            var stat = Encoding.ASCII.GetString(File.ReadAllBytes($"/proc/{id}/stat"));
            // man 5 proc: utime and stime are the 14th and 15th field; the second, in parentheses, may hold spaces.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture)
                + long.Parse(fields[12], CultureInfo.InvariantCulture);
            return before with { Cpu = TimeSpan.FromSeconds(ticks / TicksPerSecond), Resident = new Bytes(resident) };
        }
        catch (IOException)
        {
            return before; // It has just ended.
        }
    }
}
