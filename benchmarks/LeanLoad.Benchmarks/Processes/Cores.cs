namespace LeanLoad.Benchmarks.Processes;

/// <summary>Which processor is whose, so that a server and what it is asked by do not wait for each other.</summary>
static class Cores
{
    /// <summary>Of servers, and of whatever only looks on.</summary>
    public const int Server = 0;

    /// <summary>Of what is measured.</summary>
    public const int Generator = 1;

    /// <summary>Sees that there are two, and what holds programs to them.</summary>
    /// <exception cref="MeasurementException">There is only one, or <c>taskset</c> is missing.</exception>
    public static void Require()
    {
        Tool.Require(null, Tool.Pin);
        if (Environment.ProcessorCount > 1) return;
        throw MeasurementException.Misused(
            "Two processors are needed, and there is one: one for the server, one for the generators.");
    }
}
