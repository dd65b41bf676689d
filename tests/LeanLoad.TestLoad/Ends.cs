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

/// <summary>Steps that a person looks at one by one.</summary>
[LoadUser(Scenario = "steps", Weight = 5), Flow("buy", Weight = 7)]
sealed class SteppingUser : User
{
    protected override ThinkTime ThinkTime => ThinkTime.Constant(1000.Seconds());

    [LoadTask(Weight = 9)]
    public async ValueTask Look()
    {
        await Pause(1.Milliseconds());
        await Measure("cache:get", static () => default);
        await Measure("cache:get", static () => default);
    }

    [LoadTask(Flow = "buy")]
    public void Pay() => StartMeasure("till").Done(bytes: 100);
}

/// <summary>Finds no memory left.</summary>
[LoadUser(Scenario = "exhausted")]
sealed class ExhaustedUser : User
{
    [LoadTask]
    public void Fill() => throw new OutOfMemoryException();
}
