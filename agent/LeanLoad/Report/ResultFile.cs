using LeanLoad.Diagnostics;

namespace LeanLoad.Report;

/// <summary>The JSON summary as a file that is either whole or not there.</summary>
static class ResultFile
{
    /// <param name="path">Where to; <c>-</c> for standard output.</param>
    /// <param name="result">The run.</param>
    /// <param name="problem">On failure, what happened and to which option.</param>
    public static bool TryWrite(string path, RunResult result, out string? problem)
    {
        problem = null;
        if (path == "-")
        {
            return PatientOutput.TryWrite(
                () =>
                {
                    using var output = Console.OpenStandardOutput();
                    JsonSummary.Write(output, result);
                },
                out problem);
        }

        try
        {
            WholeFile.Write(path, file => JsonSummary.Write(file, result));
            return true;
        }
        catch (Exception refused) when (Unstored.IsCauseOf(refused))
        {
            problem = $"--json \"{path}\" could not be written: {refused.Message}";
            return false;
        }
    }
}
