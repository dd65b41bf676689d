using System.Text.Json;

namespace LeanLoad.Judge;

/// <summary>What every form of a run's results says, and all must say alike.</summary>
/// <param name="ExitCode">What the run says that it exits with.</param>
/// <param name="Headline">Two or three words.</param>
/// <param name="Verdict">What, why, what to do.</param>
/// <param name="Requests">Requests that ended.</param>
/// <param name="Failures">Those of them that failed.</param>
/// <param name="Iterations">Iterations that ended.</param>
readonly record struct RunTotals(
    int ExitCode, string Headline, string Verdict, long Requests, long Failures, long Iterations)
{
    /// <summary>As <c>--json</c> has them.</summary>
    /// <exception cref="KeyNotFoundException">A part is missing.</exception>
    public static RunTotals Of(JsonElement run)
    {
        var all = run.GetProperty("requests").GetProperty("all");
        var tasks = run.GetProperty("iterations").EnumerateArray();
        return new(run.GetProperty("exitCode").GetInt32(), run.GetProperty("headline").GetString()!,
            run.GetProperty("verdict").GetString()!, all.GetProperty("requests").GetInt64(),
            all.GetProperty("failures").GetInt64(),
            tasks.Sum(static task => task.GetProperty("iterations").GetInt64()));
    }
}
