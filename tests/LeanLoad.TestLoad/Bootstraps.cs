using System.Text.Json.Serialization;

namespace LeanLoad.TestLoad;

/// <summary>What the isolated bootstraps send home, one type for each way in which they end.</summary>
sealed record Returned(int Number, int ProcessId);

sealed record Thrown(int Number);

sealed record Hung(int Number);

sealed record Nothing(int Number);

sealed record Huge(string Text);

sealed record Dead(int Number);

sealed record Killed(int Number);

sealed record Talkative(int Number);

sealed record Slow(int Number);

sealed record Here(int ProcessId);

sealed record HereThrown(int Number);

sealed record HereHung(int Number);

sealed record HereBlocked(int Number);

[JsonSerializable(typeof(Returned))]
[JsonSerializable(typeof(Thrown))]
[JsonSerializable(typeof(Hung))]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(Huge))]
[JsonSerializable(typeof(Dead))]
[JsonSerializable(typeof(Killed))]
[JsonSerializable(typeof(Talkative))]
[JsonSerializable(typeof(Slow))]
sealed partial class TestJson : JsonSerializerContext;

static class Bootstraps
{
    [Bootstrap(Isolated = true)]
    public static Returned Return() => new(42, Environment.ProcessId);

    [Bootstrap(Isolated = true)]
    public static Thrown Throw() => throw new InvalidOperationException("the registry said no");

    [Bootstrap(Isolated = true, TimeLimitSeconds = 1)]
    public static async Task<Hung> Hang(CancellationToken cancel)
    {
        await Task.Delay(TimeSpan.FromMinutes(10), CancellationToken.None);
        return new Hung(cancel.IsCancellationRequested ? 1 : 0);
    }

    [Bootstrap(Isolated = true)]
    public static Nothing Forget() => null!;

    [Bootstrap(Isolated = true, MaxResultBytes = 1000)]
    public static Huge Overflow() => new(new string('x', 5000));

    [Bootstrap(Isolated = true)]
    public static Dead Die()
    {
        Environment.Exit(137);
        return new Dead(0);
    }

    [Bootstrap(Isolated = true)]
    public static Killed Kill()
    {
        System.Diagnostics.Process.GetCurrentProcess().Kill();
        return new Killed(0);
    }

    [Bootstrap(Isolated = true)]
    public static Talkative Talk()
    {
        Console.WriteLine("a line that nobody may take for a result");
        return new Talkative(1);
    }

    [Bootstrap(Isolated = true)]
    public static async Task<Slow> Wait(CancellationToken cancel)
    {
        Console.Error.WriteLine("waiting in the child");
        await Task.Delay(TimeSpan.FromMinutes(1), cancel);
        return new Slow(1);
    }

    [Bootstrap]
    public static Here ReturnHere() => new(Environment.ProcessId);

    [Bootstrap]
    public static HereThrown ThrowHere() => throw new InvalidOperationException("the registry said no");

    [Bootstrap(TimeLimitSeconds = 1)]
    public static async Task<HereHung> HangHere(CancellationToken cancel)
    {
        await Task.Delay(TimeSpan.FromMinutes(10), cancel);
        return new HereHung(1);
    }

    [Bootstrap(TimeLimitSeconds = 1)]
    public static HereBlocked BlockHere()
    {
        Thread.Sleep(TimeSpan.FromMinutes(10));
        return new HereBlocked(1);
    }
}
