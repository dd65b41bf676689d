namespace LeanLoad.Benchmarks;

/// <summary>
/// Something could not be measured. The message is for the person at the terminal: what happened, and what to do; it is
/// shown without a stack trace.
/// </summary>
sealed class MeasurementException(string message) : Exception(message)
{
    /// <summary>What was asked for can't be had here, or makes no sense: the command ends with 2.</summary>
    public static MeasurementException Misused(string message) => new(message) { ExitCode = 2 };

    /// <summary>What the command ends with. Default 1: what was measured failed.</summary>
    public int ExitCode { get; private init; } = 1;
}
