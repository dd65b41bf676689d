namespace LeanLoad.TestLoad;

/// <summary>Ends the run as what it wanted to see has been seen.</summary>
[LoadUser(Scenario = "stops")]
sealed class StoppingUser : Quiet
{
    protected override ValueTask Start()
    {
        StopRun("seen enough");
        return default;
    }
}

[LoadUser(Scenario = "fails")]
sealed class FailingUser : User
{
    [LoadTask]
    public void Look() => FailRun("the basket is empty");
}

[LoadUser(Scenario = "leaves")]
sealed class LeavingUser : User
{
    [LoadTask]
    public void Leave() => StopUser();
}

[LoadUser(Scenario = "counted", Count = 3)]
sealed class CountedUser : Quiet;

[LoadUser(Scenario = "hooked")]
sealed class HookedUser : Quiet
{
    protected override ValueTask Start()
    {
        Console.Error.WriteLine("hook: user");
        return default;
    }
}

[LoadUser(Scenario = "unhooked")]
sealed class UnhookedUser : Quiet;

static class Hooks
{
    [RunStarted(Scenario = "hooked")]
    public static async Task Begin(BootstrapContext context, Here here)
    {
        await Task.Yield();
        GC.KeepAlive((context, here));
        Console.Error.WriteLine("hook: started");
    }

    [RunStopped(Scenario = "hooked")]
    public static void End() => Console.Error.WriteLine("hook: stopped");

    [RunStarted(Scenario = "unhooked")]
    public static void Refuse() => throw new InvalidOperationException("the shop is closed");
}
