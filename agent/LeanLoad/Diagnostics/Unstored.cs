using LeanLoad.Memory;

namespace LeanLoad.Diagnostics;

/// <summary>What keeps a result from being stored, told from an exception.</summary>
static class Unstored
{
    /// <summary>Whether its place does not take it, or there is no memory to write it with.</summary>
    public static bool IsCauseOf(Exception fault) =>
        fault is IOException or UnauthorizedAccessException or ObjectDisposedException
        || RefusedMemory.IsCauseOfOurs(fault);
}
