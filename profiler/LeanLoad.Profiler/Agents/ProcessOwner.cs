namespace LeanLoad.Profiler.Agents;

/// <summary>Whom a process belongs to: a runtime's diagnostic socket is for its own user alone.</summary>
static class ProcessOwner
{
    /// <summary>A sentence, with a space before it, where a process runs as another user than we; otherwise
    /// nothing.</summary>
    public static string Hint(int processId)
    {
        try
        {
            var (theirs, ours) = (UserOf($"/proc/{processId}/status"), UserOf("/proc/self/status"));
            return theirs == ours ? "" : $" It runs as user {theirs}, the profiler as user {ours}: both must be the "
                + "same user.";
        }
        catch (IOException)
        {
            return ""; // It is gone.
        }
    }

    // Uid:	real	effective	saved	filesystem (man 5 proc)
    static string? UserOf(string status) =>
        File.ReadLines(status)
            .FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal))
            ?.Split('\t')[2];
}
