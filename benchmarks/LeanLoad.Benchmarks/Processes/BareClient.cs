using LeanLoad.Benchmarks.Gates;

namespace LeanLoad.Benchmarks.Processes;

/// <summary>The client in C that says what the kernel alone costs; compiled when it is needed.</summary>
sealed class BareClient : IDisposable
{
    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("leanload-bare-");

    /// <exception cref="MeasurementException">It does not compile; the message has the compiler's.</exception>
    public BareClient()
    {
        Path = System.IO.Path.Combine(directory.FullName, "bare-client");
        var source = System.IO.Path.Combine(AppContext.BaseDirectory, "Processes", "bare-client.c");
        Subprocess.Run(directory.FullName, Tool.Compiler.Location!, ["-O2", "-Wall", "-o", Path, source]);
    }

    /// <summary>The program.</summary>
    public string Path { get; }

    public void Dispose() => directory.Delete(recursive: true);
}
