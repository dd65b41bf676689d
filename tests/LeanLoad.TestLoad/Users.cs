namespace LeanLoad.TestLoad;

/// <summary>A user that does nothing but exist, so that its bootstrap runs.</summary>
abstract class Idle : User
{
    protected override ThinkTime ThinkTime => ThinkTime.Constant(50.Milliseconds());

    [LoadTask]
    public void Rest()
    {
    }
}

[LoadUser(Scenario = "fine")]
sealed class FineUser(Fine fine) : Idle
{
    protected override ValueTask Start()
    {
        if (fine.Text == $"made in {Environment.ProcessId}") throw new InvalidOperationException("It was not made in a child.");
        return default;
    }
}

#pragma warning disable CS9113 // Users need their bootstraps; nobody reads the results.
[LoadUser(Scenario = "thrown")]
sealed class ThrownUser(Thrown result) : Idle;

[LoadUser(Scenario = "hung")]
sealed class HungUser(Hung result) : Idle;

[LoadUser(Scenario = "nothing")]
sealed class NothingUser(Nothing result) : Idle;

[LoadUser(Scenario = "huge")]
sealed class HugeUser(Huge result) : Idle;

[LoadUser(Scenario = "dead")]
sealed class DeadUser(Dead result) : Idle;

[LoadUser(Scenario = "thrown-here")]
sealed class ThrownHereUser(ThrownHere result) : Idle;

[LoadUser(Scenario = "hung-here")]
sealed class HungHereUser(HungHere result) : Idle;

[LoadUser(Scenario = "nothing-here")]
sealed class NothingHereUser(NothingHere result) : Idle;

/// <summary>Known allocations: 8 MiB once, 2 MiB for each user, 512 bytes for each iteration (a header of 24 among them).</summary>
[LoadUser(Scenario = "known")]
sealed class KnownUser(Ballast ballast) : User
{
    byte[] own = [];

    /// <summary>What the last iteration made, so that it is not optimized away.</summary>
    public byte[] Last { get; private set; } = [];

    protected override ThinkTime ThinkTime => ThinkTime.Constant(1.Milliseconds());

    protected override ValueTask Start()
    {
        own = new byte[2 << 20];
        return default;
    }

    [LoadTask]
    public void Allocate() => Last = new byte[512 - 24];

    protected override ValueTask Stop()
    {
        GC.KeepAlive(own);
        return default;
    }
}

[LoadUser(Scenario = "failing-start")]
sealed class FailingStartUser : Idle
{
    protected override ValueTask Start() => Index % 2 == 0 ? throw new InvalidOperationException("even users fail") : default;
}

[LoadUser(Scenario = "none-starts")]
sealed class NoneStartsUser : Idle
{
    protected override ValueTask Start() => throw new InvalidOperationException("nobody may in");
}

[LoadUser(Scenario = "throwing")]
sealed class ThrowingUser : User
{
    protected override ThinkTime ThinkTime => ThinkTime.Constant(5.Milliseconds());

    [LoadTask]
    public void Throw() => throw new InvalidOperationException("this task throws");
}

[LoadUser(Scenario = "blocking")]
sealed class BlockingUser : User
{
    [LoadTask]
    public void Block() => Thread.Sleep(1500);
}
#pragma warning restore CS9113
