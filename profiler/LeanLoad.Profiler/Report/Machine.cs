using System.Runtime.InteropServices;

namespace LeanLoad.Profiler.Report;

/// <summary>Where a run was made: without it no figure can be compared.</summary>
/// <param name="System">The operating system with its version.</param>
/// <param name="Architecture">The processor's, as .NET names it: <c>x64</c>.</param>
/// <param name="Processors">Those that this process may use.</param>
/// <param name="Runtime">What the profiler runs on.</param>
sealed record Machine(string System, string Architecture, int Processors, string Runtime)
{
    /// <summary>The one that this process runs on.</summary>
    public static Machine Current() => new(
        RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        Environment.ProcessorCount,
        RuntimeInformation.FrameworkDescription);

    public override string ToString() =>
        $"{System}, {Architecture}, {Counted.Of(Processors, "processor")}; profiler on "
        + $"{Runtime}";
}
