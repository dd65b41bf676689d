using LeanLoad.Memory;

namespace LeanLoad.Profiler.Attribution;

/// <summary>What was kept of memory grew while the users stayed the same.</summary>
/// <param name="Users">Who ran.</param>
/// <param name="Until">When they were last the same; since the run started.</param>
/// <param name="Leak">How fast, and for how long up to then.</param>
/// <param name="Kept">What was kept in the end.</param>
/// <param name="Added">How much more that is than when it began.</param>
/// <param name="Managed">Of it on the managed heap; may be negative.</param>
/// <param name="Scopes">What each scope allocated meanwhile, the most first. Not what it keeps: that nobody tells.
/// </param>
sealed record Growth(
    int Users, TimeSpan Until, Leak Leak, Bytes Kept, Bytes Added, Bytes Managed,
    IReadOnlyList<(int Scope, Bytes Allocated)> Scopes)
{
    /// <summary>When it began, as far as is known.</summary>
    public TimeSpan Since => Until - Leak.Span;
}
