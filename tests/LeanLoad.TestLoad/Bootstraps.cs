using System.Text.Json.Serialization;

namespace LeanLoad.TestLoad;

/// <summary>What every bootstrap here makes: a text, so that a test sees what came home.</summary>
sealed record Fine(string Text)
{
    [Bootstrap(Isolated = true)]
    public static Fine Make()
    {
        // What a bootstrap prints is nobody's result.
        Console.WriteLine("the bootstrap printed this");
        return new Fine($"made in {Environment.ProcessId}");
    }
}

sealed record Thrown(string Text)
{
    [Bootstrap(Isolated = true)]
    public static Thrown Make() => throw new InvalidOperationException("the hub said no");
}

sealed record Hung(string Text)
{
    [Bootstrap(Isolated = true, TimeLimitSeconds = 2)]
    public static async Task<Hung> Make(CancellationToken cancel)
    {
        // It ignores its token, as code that hangs does.
        await Task.Delay(TimeSpan.FromMinutes(10), CancellationToken.None);
        return new Hung(cancel.ToString()!);
    }
}

sealed record Nothing(string Text)
{
    [Bootstrap(Isolated = true)]
    public static Nothing Make() => null!;
}

sealed record Huge(string Text)
{
    [Bootstrap(Isolated = true, MaxResultBytes = 1000)]
    public static Huge Make() => new(new string('x', 5000));
}

sealed record Dead(string Text)
{
    [Bootstrap(Isolated = true)]
    public static Dead Make()
    {
        Environment.Exit(137);
        return new Dead("never");
    }
}

/// <summary>The same mishaps in the agent's own process.</summary>
sealed record ThrownHere(string Text)
{
    [Bootstrap]
    public static ThrownHere Make() => throw new InvalidOperationException("the hub said no");
}

sealed record HungHere(string Text)
{
    [Bootstrap(TimeLimitSeconds = 1)]
    public static async Task<HungHere> Make(CancellationToken cancel)
    {
        await Task.Delay(TimeSpan.FromMinutes(10), cancel);
        return new HungHere("never");
    }
}

sealed record NothingHere(string Text)
{
    [Bootstrap]
    public static NothingHere Make() => null!;
}

/// <summary>8 MiB, once.</summary>
sealed record Ballast(byte[] Bytes)
{
    [Bootstrap]
    public static Ballast Load() => new(new byte[8 << 20]);
}

[JsonSerializable(typeof(Fine))]
[JsonSerializable(typeof(Thrown))]
[JsonSerializable(typeof(Hung))]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(Huge))]
[JsonSerializable(typeof(Dead))]
sealed partial class Json : JsonSerializerContext;
