using System.Diagnostics.CodeAnalysis;
using LeanLoad.Diagnostics;

namespace LeanLoad.Exports;

/// <summary>
/// What an earlier run has left under the names of this one's results. Where this run is killed before it has any,
/// nobody is to take those for its own.
/// </summary>
static class EarlierResults
{
    /// <summary>Takes the names from them: <c>run.json</c> becomes <c>run.json.previous</c>.</summary>
    /// <param name="paths">The names.</param>
    /// <param name="problem">Which keeps its name, and why, for people.</param>
    public static bool TrySetAside(IReadOnlyList<string> paths, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (paths.Count == 0) return true;
        string? first = null;
        try
        {
            PatientWork.Do("earlier", "the disk has not answered", isAwaited =>
            {
                foreach (var path in paths)
                {
                    // By now this run's own may have the name.
                    if (!isAwaited()) return;
                    try
                    {
                        FilePlace.Of(path).SetAside();
                    }
                    catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
                    {
                        first ??= $"{path}: {refused.Message}";
                    }
                }
            });
        }
        catch (IOException late)
        {
            first = late.Message;
        }

        problem = first is null ? null
            : $"What an earlier run left keeps its name until this run's results take it. It could not be renamed: "
                + first;
        return problem is null;
    }
}
