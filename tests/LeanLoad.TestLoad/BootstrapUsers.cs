namespace LeanLoad.TestLoad;

/// <summary>A user for each bootstrap: its scenario runs that bootstrap alone.</summary>
abstract class Quiet : User
{
    protected override ThinkTime ThinkTime => ThinkTime.Between(1.Milliseconds(), 2.Milliseconds());

    [LoadTask]
    public void Idle()
    {
    }
}

[LoadUser(Scenario = "returned")]
sealed class ReturnedUser(Returned returned) : Quiet
{
    protected override ValueTask Start()
    {
        Console.Error.WriteLine(
            $"made in {(returned.ProcessId == Environment.ProcessId ? "this" : "another")} process");
        return default;
    }
}

[LoadUser(Scenario = "thrown")]
sealed class ThrownUser(Thrown thrown) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(thrown);
        return default;
    }
}

[LoadUser(Scenario = "hung")]
sealed class HungUser(Hung hung) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(hung);
        return default;
    }
}

[LoadUser(Scenario = "nothing")]
sealed class NothingUser(Nothing nothing) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(nothing);
        return default;
    }
}

[LoadUser(Scenario = "huge")]
sealed class HugeUser(Huge huge) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(huge);
        return default;
    }
}

[LoadUser(Scenario = "dead")]
sealed class DeadUser(Dead dead) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(dead);
        return default;
    }
}

[LoadUser(Scenario = "killed")]
sealed class KilledUser(Killed killed) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(killed);
        return default;
    }
}

[LoadUser(Scenario = "talkative")]
sealed class TalkativeUser(Talkative talkative) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(talkative);
        return default;
    }
}

[LoadUser(Scenario = "slow")]
sealed class SlowUser(Slow slow) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(slow);
        return default;
    }
}

[LoadUser(Scenario = "here")]
sealed class HereUser(Here here) : Quiet
{
    protected override ValueTask Start()
    {
        Console.Error.WriteLine($"made in {(here.ProcessId == Environment.ProcessId ? "this" : "another")} process");
        return default;
    }
}

[LoadUser(Scenario = "here-thrown")]
sealed class HereThrownUser(HereThrown hereThrown) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(hereThrown);
        return default;
    }
}

[LoadUser(Scenario = "here-hung")]
sealed class HereHungUser(HereHung hereHung) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(hereHung);
        return default;
    }
}

[LoadUser(Scenario = "here-blocked")]
sealed class HereBlockedUser(HereBlocked hereBlocked) : Quiet
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(hereBlocked);
        return default;
    }
}
