using System.Diagnostics;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>Runs another program to its end.</summary>
static class Subprocess
{
    /// <summary>Runs it, and takes what it writes.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="MeasurementException">Its exit code was not 0; the message has what it wrote.</exception>
    public static string Run(string directory, string program, IReadOnlyList<string> arguments)
    {
        var (code, output) = Try(directory, program, arguments);
        return code == 0 ? output : throw new MeasurementException(
            $"{program} {string.Join(' ', arguments)} ended with exit code {code}:\n{output}");
    }

    /// <summary>Runs it, whatever becomes of it.</summary>
    /// <returns>Its exit code, and its standard output; where it failed, its standard error too.</returns>
    public static (int Code, string Output) Try(string directory, string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Build servers that outlive us would hold on to the streams we gave them.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + error.Result);
    }
}
