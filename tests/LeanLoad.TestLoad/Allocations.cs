namespace LeanLoad.TestLoad;

/// <summary>Known allocations, for the ledger: 8 MiB once, 2 MiB in each start, 512 bytes in each task.</summary>
sealed record Ballast(byte[] Bytes)
{
    [Bootstrap]
    public static Ballast Take() => new(new byte[8 << 20]);
}

[LoadUser(Scenario = "allocates")]
sealed class AllocatingUser(Ballast ballast) : User
{
    byte[]? own;
    byte[]? last;

    protected override ThinkTime ThinkTime => ThinkTime.Between(1.Milliseconds(), 2.Milliseconds());

    protected override ValueTask Start()
    {
        GC.KeepAlive(ballast);
#pragma warning disable LL062 // What each user keeps is what the ledger is tested with.
        own = new byte[2 << 20];
#pragma warning restore LL062
        return default;
    }

    [LoadTask]
    public void Work()
    {
        // 24 bytes of it are the array's header and length.
        last = new byte[512 - 24];
        GC.KeepAlive(last);
        GC.KeepAlive(own);
    }
}

[LoadSettings]
sealed record TestSettings
{
    [Setting("A number without which nothing goes.")]
    public required int Answer { get; init; }

    [Setting("Never shown.", Secret = true)]
    public required string Password { get; init; }

    [Setting("Pause between two answers.")]
    public TimeSpan Pause { get; init; } = 1.Seconds();
}

[LoadUser(Scenario = "settings")]
sealed class SettingsUser(TestSettings settings) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(settings);
        return default;
    }
}
