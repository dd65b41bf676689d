using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeanLoad.HungryLoad;

/// <summary>What is left of "each" bytes that were taken once, in the agent itself: next to nothing.</summary>
sealed record Prepared(int Objects)
{
    [Bootstrap]
    public static Prepared Take(Appetite appetite)
    {
        var stomach = new Stomach(appetite.Dice);
        stomach.Keep(appetite.Each);
        return new Prepared(stomach.Objects);
    }
}

/// <summary>The same, taken only "after" a while.</summary>
sealed record Delayed(int Objects)
{
    [Bootstrap]
    public static async Task<Delayed> Take(Appetite appetite)
    {
        await Task.Delay(appetite.After);
        return new Delayed(Prepared.Take(appetite).Objects);
    }
}

/// <summary>Shares what came late.</summary>
[LoadUser(Scenario = "delayed")]
sealed class DelayedUser(Delayed delayed) : Idler
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(delayed);
        return default;
    }
}

/// <summary>The same of memory that no collector knows of; heeds who asks it to end.</summary>
sealed record Soaked(bool IsDone)
{
    [Bootstrap]
    public static async Task<Soaked> Take(Appetite appetite, CancellationToken cancel)
    {
        var stomach = new NativeStomach();
        try
        {
            await stomach.KeepAsync(appetite.Each, appetite.After, cancel);
            return new Soaked(true);
        }
        finally
        {
            stomach.Drop();
        }
    }
}

/// <summary>What is done once before the first user, and once after the last; each takes "each" bytes.</summary>
static class Chores
{
    [RunStarted(Scenario = "primed")]
    public static void Prime(Appetite appetite) => new Stomach(appetite.Dice).Keep(appetite.Each);

    [RunStopped(Scenario = "rinsed")]
    public static void Rinse(Appetite appetite) => new Stomach(appetite.Dice).Keep(appetite.Each);
}

/// <summary>Comes when all is primed.</summary>
[LoadUser(Scenario = "primed")]
sealed class PrimedUser : Idler;

/// <summary>After whom all is rinsed.</summary>
[LoadUser(Scenario = "rinsed")]
sealed class RinsedUser : Idler;

/// <summary>Shares what was soaked.</summary>
[LoadUser(Scenario = "soaked")]
sealed class SoakedUser(Soaked soaked) : Idler
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(soaked);
        return default;
    }
}

/// <summary>Shares what was prepared.</summary>
[LoadUser(Scenario = "prepared")]
sealed class PreparedUser(Prepared prepared) : Idler
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(prepared);
        return default;
    }
}

/// <summary>The same in a child process, which parses a document of "each" bytes and keeps it all.</summary>
sealed record Digested(int Devices)
{
    [Bootstrap(Isolated = true)]
    public static Digested Take(Appetite appetite)
    {
        var names = new List<string>();
        using var document = JsonDocument.Parse(Documents.OfDevices((int)appetite.Each.Count));
        foreach (var device in document.RootElement.EnumerateArray())
        {
            names.Add(device.GetProperty("name").GetString()!);
        }

        return new Digested(names.Count);
    }
}

/// <summary>A child process, too, that takes "each" bytes which no collector knows of.</summary>
sealed record Absorbed(bool IsDone)
{
    [Bootstrap(Isolated = true)]
    public static async Task<Absorbed> Take(Appetite appetite)
    {
        var stomach = new NativeStomach();
        await stomach.KeepAsync(appetite.Each, appetite.After);
        stomach.Drop();
        return new Absorbed(true);
    }
}

/// <summary>How they come home.</summary>
[JsonSerializable(typeof(Digested))]
[JsonSerializable(typeof(Absorbed))]
[JsonSerializable(typeof(Strayed))]
sealed partial class ResultsJson : JsonSerializerContext;

/// <summary>Shares what was digested.</summary>
[LoadUser(Scenario = "digested")]
sealed class DigestedUser(Digested digested) : Idler
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(digested);
        return default;
    }
}

/// <summary>Shares what was absorbed.</summary>
[LoadUser(Scenario = "absorbed")]
sealed class AbsorbedUser(Absorbed absorbed) : Idler
{
    protected override ValueTask Start()
    {
        GC.KeepAlive(absorbed);
        return default;
    }
}

/// <summary>
/// Parses a document of "each" bytes again and again, without a pause, and keeps the names of one: nearly all is
/// garbage at once.
/// </summary>
[LoadUser(Scenario = "churn")]
sealed class ChurningUser(Appetite appetite) : User
{
    readonly byte[] text = Documents.OfDevices((int)appetite.Each.Count);
    List<string> names = [];

    [LoadTask]
    public async ValueTask Parse()
    {
        using var document = JsonDocument.Parse(text);
        var found = new List<string>();
        foreach (var device in document.RootElement.EnumerateArray())
        {
            found.Add(device.GetProperty("name").GetString()!);
        }

        names = found;
        await Task.Yield();
        GC.KeepAlive(names);
    }
}
