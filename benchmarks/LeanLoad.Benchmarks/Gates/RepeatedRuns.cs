using System.Diagnostics;
using System.Globalization;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>
/// <c>gate --times N</c>: the gate over and over, each time as a process of its own. Of unchanged sources every run
/// must pass, whatever else the machine does: a gate that fails now and then is one that nobody believes.
/// </summary>
static class RepeatedRuns
{
    /// <param name="times">How many runs.</param>
    /// <param name="arguments">Of each gate.</param>
    /// <returns>The exit code: 0 where every run passed.</returns>
    public static int Run(int times, IReadOnlyList<string> arguments)
    {
        var (passed, began) = (0, Stopwatch.GetTimestamp());
        var (least, most) = (double.MaxValue, 0.0);
        for (var run = 1; run <= times; run++)
        {
            var start = Stopwatch.GetTimestamp();
            var (code, output) = Subprocess.Try(Environment.CurrentDirectory, "dotnet",
            [
                typeof(RepeatedRuns).Assembly.Location, "gate", .. arguments,
                // Of sources that do not change the first run's program is that of all.
                .. run > 1 ? (string[])["--published"] : [],
            ]);
            var load = LoadAverage();
            (least, most) = (Math.Min(least, load), Math.Max(most, load));
            if (code == 0) passed++;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"run {run,2} of {times}: {(code == 0 ? "passed" : $"exit code {code}")} after "
                    + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0} s, load {load:0.0}"));
            foreach (var line in output.Split('\n').Where(line => code != 0 && line.Contains("FAILED")))
            {
                Console.WriteLine($"  {line}");
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(passed == times ? "passed" : "FAILED")}: {passed} of {times} runs passed, in "
                + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0} s, at loads of {least:0.0} to {most:0.0}"));
        return passed == times ? 0 : 1;
    }

    /// <summary>Processes that wanted to run during the last minute (man 5 proc, /proc/loadavg).</summary>
    static double LoadAverage() => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : 0;
}
