namespace LeanLoad.TestLoad;

/// <summary>Does its work, and says when it stops.</summary>
[LoadUser(Scenario = "fine")]
sealed class FineUser : Quiet
{
    protected override ValueTask Stop()
    {
        Console.Error.WriteLine($"user {Index} stopped");
        return default;
    }
}

[LoadUser(Scenario = "no-start")]
sealed class NoStartUser : Quiet
{
    protected override ValueTask Start() => throw new InvalidOperationException("no seat left");
}

/// <summary>Every second one fails to start.</summary>
[LoadUser(Scenario = "half-start")]
sealed class HalfStartUser : Quiet
{
    protected override async ValueTask Start()
    {
        await Task.Yield();
        if (Index % 2 == 0) throw new InvalidOperationException("no seat left");
    }
}

[LoadUser(Scenario = "throws")]
sealed class ThrowingUser : User
{
    protected override ThinkTime ThinkTime => ThinkTime.Between(1.Milliseconds(), 2.Milliseconds());

    [LoadTask]
    public async ValueTask Fail()
    {
        await Task.Yield();
        throw new FormatException("no number");
    }
}

/// <summary>Never lets go of its loop once it runs.</summary>
[LoadUser(Scenario = "blocks")]
sealed class BlockingUser : User
{
#pragma warning disable LL060 // The mistake is what a run with it is tested for.
    [LoadTask]
    public void Block() => Thread.Sleep(TimeSpan.FromMinutes(10));
#pragma warning restore LL060
}

/// <summary>An iteration that outlasts the run and is no request, so that it can't be cut.</summary>
[LoadUser(Scenario = "waiting")]
sealed class WaitingUser : User
{
    [LoadTask]
    public async ValueTask Wait()
    {
        Console.Error.WriteLine("iteration began");
        await Task.Delay(TimeSpan.FromMinutes(10));
    }
}

/// <summary>A type that can't be initialized.</summary>
[LoadUser(Scenario = "broken-type")]
sealed class BrokenTypeUser : Quiet
{
    static readonly int Broken = int.Parse("no number", System.Globalization.CultureInfo.InvariantCulture);

    protected override ValueTask Start() => Broken == 0 ? default : default;
}

[LoadUser(Scenario = "http")]
sealed class WebUser : HttpUser
{
    protected override ThinkTime ThinkTime => ThinkTime.Between(1.Milliseconds(), 2.Milliseconds());

    [LoadTask]
    public async ValueTask Get() => (await Http.Get("/")).Check(200);
}
