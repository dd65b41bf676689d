using System.Diagnostics.CodeAnalysis;
using LeanLoad.Diagnostics;

namespace LeanLoad.Report;

/// <summary>
/// Writes to standard output, which may not take it: a terminal that is paused or gone, a pipe that nobody reads.
/// </summary>
static class PatientOutput
{
    /// <summary>Writes, and waits a while for it to be taken.</summary>
    /// <param name="write">Does it.</param>
    /// <param name="problem">Why not all of it was taken, for people.</param>
    public static bool TryWrite(Action write, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            PatientWork.Do("summary", "nobody has read it", _ => write());
            problem = null;
        }
        catch (Exception refused) when (Unstored.IsCauseOf(refused))
        {
            problem = $"The summary could not be written to standard output: {refused.Message.TrimEnd('.')}.";
        }

        return problem is null;
    }
}
