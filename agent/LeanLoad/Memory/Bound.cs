namespace LeanLoad.Memory;

/// <summary>What bounds a run at one moment.</summary>
/// <param name="Budget">What it may use; null where nothing bounds it.</param>
/// <param name="Limit">The limit that leaves the least room; null where there is none.</param>
/// <param name="Cgroup">Whose limit, for people; null where there is none.</param>
readonly record struct Bound(Bytes? Budget, Bytes? Limit, string? Cgroup)
{
    /// <summary>As a reading has it.</summary>
    /// <param name="asked">What was asked for; null where nothing was.</param>
    /// <param name="reading">Memory now.</param>
    public static Bound Of(Bytes? asked, in MemoryReading reading)
    {
        var available = Memory.Budget.Available(reading);
        var amount = asked is { } wish && (available is not { } most || wish < most) ? wish : available;
        return new Bound(amount, reading.Limit, reading.LimitName);
    }
}
