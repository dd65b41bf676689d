using System.Globalization;
using System.Runtime.InteropServices;
using LeanLoad.Benchmarks.Counting;
using LeanLoad.Benchmarks.Processes;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>
/// The same benchmarks compiled ahead of time, as the agent is: published, run to count bytes, and run again under
/// valgrind to count instructions. Instructions are the same on a busy machine as on an idle one.
/// </summary>
/// <param name="repository">The directory of LeanLoad.sln.</param>
/// <param name="progress">A line for each step.</param>
sealed class NativeProgram(string repository, TextWriter progress)
{
    /// <summary>
    /// Under valgrind an instruction costs some fifty; few operations are enough, for each is the same.
    /// </summary>
    const int CountedOperations = 1 << 10;

    /// <summary>The first begins to count, the others stop and go on: a toggle within a toggle.</summary>
    static readonly string[] LoopMethods = ["Run", "RunTimers", "UntilNext"];

    string Folder => Path.Combine(repository, "artifacts", "benchmarks");

    string Program => Path.Combine(Folder, "leanload-benchmarks");

    /// <summary>What is missing to compile and count here, for people; null where nothing is.</summary>
    public static string? Missing() =>
        RuntimeInformation.RuntimeIdentifier != "linux-x64" ? "this is not Linux on x64"
        : Tool.Compiler.Location is null && new Tool("clang", "clang").Location is null ? "gcc is not installed"
        : new Tool("valgrind", "valgrind").Location is null ? "valgrind is not installed"
        : null;

    /// <summary>Builds the program.</summary>
    /// <exception cref="MeasurementException">It could not be built.</exception>
    public void Publish()
    {
        progress.WriteLine("native: publish");
        Subprocess.Run(repository, "dotnet",
        [
            "publish", "benchmarks/LeanLoad.Benchmarks.Native", "-c", "Release", "-r", "linux-x64", "-o", Folder,
            "-v", "q", "--nologo",
        ]);
    }

    /// <summary>Exact bytes of an operation, by the benchmark's name.</summary>
    /// <exception cref="MeasurementException">It failed.</exception>
    public IReadOnlyDictionary<string, decimal> Bytes()
    {
        progress.WriteLine("native: bytes");
        return Lines(Subprocess.Run(repository, Program, []))
            .ToDictionary(static line => line.Name, static line => line.Value / (decimal)Repetition.Operations);
    }

    /// <summary>Retired instructions of an operation, by the benchmark's name.</summary>
    /// <exception cref="MeasurementException">It failed.</exception>
    public IReadOnlyDictionary<string, double> Instructions()
    {
        progress.WriteLine("native: instructions");
        var profile = Path.Combine(Folder, "callgrind.out");
        // Counted while `Measured` runs, and what a loop's thread does but for its timers: how far they have to be
        // advanced depends on the time, and moved an exchange by 5 %. Written down before a benchmark is measured and
        // after: so every second part of the file is one benchmark.
        const string type = "*_Counting_Repetition__";
        var output = Subprocess.Run(repository, "valgrind",
        [
            "-q", "--tool=callgrind", $"--callgrind-out-file={profile}", "--combine-dumps=yes", "--dump-line=no",
            $"--toggle-collect={type}{nameof(Repetition.Measured)}",
            .. LoopMethods.Select(static method => $"--toggle-collect=*_Loop_EventLoop__{method}"),
            $"--dump-before={type}{nameof(Repetition.Begin)}", $"--dump-before={type}{nameof(Repetition.End)}",
            Program, CountedOperations.ToString(CultureInfo.InvariantCulture),
        ]);
        string[] names = [.. Lines(output).Select(static line => line.Name)];
        var totals = CallgrindFile.Totals(File.ReadLines(profile));
        if (totals.Count < 2 * names.Length)
        {
            throw new MeasurementException(
                $"valgrind wrote {totals.Count} parts for {names.Length} benchmarks: {profile}");
        }

        return names.Zip(totals.Where(static (_, part) => part % 2 == 1))
            .ToDictionary(static pair => pair.First, static pair => pair.Second / (double)CountedOperations);
    }

    static IEnumerable<(string Name, long Value)> Lines(string output) =>
        from line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        let parts = line.Split('\t')
        where parts.Length == 2
        select (parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture));
}
