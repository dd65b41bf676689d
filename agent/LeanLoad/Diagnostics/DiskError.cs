namespace LeanLoad.Diagnostics;

/// <summary>
/// Errors (man 3 errno) of a disk that takes nothing, whatever the file: no user's mistake, so it costs files and not
/// the run.
/// </summary>
static class DiskError
{
    /// <summary>EROFS: the kernel makes a failing disk so.</summary>
    public const int ReadOnly = 30;

    const int NoSpace = 28, NoQuota = 122;

    /// <summary>Whether that is what went wrong.</summary>
    public static bool IsCauseOf(Exception? problem) =>
        // What .NET has no meaning of its own for, it hands on as it is.
        problem is IOException { HResult: NoSpace or ReadOnly or NoQuota }
        || (problem?.InnerException is { } inner && IsCauseOf(inner));
}
