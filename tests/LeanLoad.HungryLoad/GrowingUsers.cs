using System.Text.Json;

namespace LeanLoad.HungryLoad;

/// <summary>Keeps a little more each time: "each" is for a second.</summary>
[LoadUser(Scenario = "leak")]
sealed class LeakingUser(Appetite appetite) : User
{
    Stomach? stomach;

    protected override ThinkTime ThinkTime => ThinkTime.Constant(100.Milliseconds());

    [LoadTask]
    public void Leak() => (stomach ??= new Stomach(appetite.Dice + Index)).Keep(appetite.Each * 0.1);
}

/// <summary>Takes nothing for a while, and from then on keeps more each time: "each" is for a second.</summary>
[LoadUser(Scenario = "late")]
sealed class LateUser(Appetite appetite) : User
{
    readonly Stomach stomach = new(appetite.Dice);
    int iterations;

    protected override ThinkTime ThinkTime => ThinkTime.Constant(100.Milliseconds());

    [LoadTask]
    public void Leak()
    {
        if (++iterations > appetite.After.TotalSeconds * 10) stomach.Keep(appetite.Each * 0.1);
    }
}

/// <summary>Keeps more each time for a while, "each" in all, and then no more, as a cache does.</summary>
[LoadUser(Scenario = "cache")]
sealed class CachingUser(Appetite appetite) : User
{
    readonly Stomach stomach = new(appetite.Dice);
    int iterations;

    protected override ThinkTime ThinkTime => ThinkTime.Constant(100.Milliseconds());

    [LoadTask]
    public void Fill()
    {
        var most = appetite.After.TotalSeconds * 10;
        if (iterations++ < most) stomach.Keep(appetite.Each * (1 / most));
    }
}

/// <summary>Keeps more for two seconds, then drops it all.</summary>
[LoadUser(Scenario = "sawtooth")]
sealed class SawtoothUser(Appetite appetite) : User
{
    Stomach? stomach;
    int teeth;

    protected override ThinkTime ThinkTime => ThinkTime.Constant(100.Milliseconds());

    [LoadTask]
    public void Saw()
    {
        stomach ??= new Stomach(appetite.Dice + Index);
        if (++teeth % 20 == 0) stomach.Drop();
        stomach.Keep(appetite.Each * 0.05);
    }
}

/// <summary>Large objects, some of which are replaced by others of another size again and again.</summary>
abstract class LargeUser(Appetite appetite) : User
{
    Stomach? stomach;

    protected Stomach Stomach => stomach!;

    protected override ThinkTime ThinkTime => ThinkTime.Between(80.Milliseconds(), 120.Milliseconds());

    protected override ValueTask Start()
    {
        stomach = new Stomach(appetite.Dice + Index);
        stomach.KeepLarge(appetite.Each);
        return default;
    }
}

/// <summary>All in all they stay as large as they were.</summary>
[LoadUser(Scenario = "fragments")]
sealed class FragmentingUser(Appetite appetite) : LargeUser(appetite)
{
    [LoadTask]
    public void Churn() => Stomach.Churn(nth: 5);
}

/// <summary>They come to be larger or smaller, by chance.</summary>
[LoadUser(Scenario = "wander")]
sealed class WanderingUser(Appetite appetite) : LargeUser(appetite)
{
    [LoadTask]
    public void Wander() => Stomach.Wander(nth: 5);
}

/// <summary>Now and then parses a document of "each" bytes, all in all, and keeps nothing.</summary>
[LoadUser(Scenario = "spikes")]
sealed class SpikingUser(Appetite appetite) : User
{
    readonly Random random = new(appetite.Dice);
    long characters;

    protected override ThinkTime ThinkTime => ThinkTime.Between(200.Milliseconds(), 400.Milliseconds());

    [LoadTask]
    public void Parse()
    {
        if (random.NextDouble() < 0.5) return;
        // The text, the parser's table and the strings: about six times the text.
        using var document = JsonDocument.Parse(Documents.OfDevices((int)(appetite.Each.Count / 6)));
        var names = new List<string>();
        foreach (var device in document.RootElement.EnumerateArray())
        {
            names.Add(device.GetProperty("name").GetString()!);
        }

        characters += names.Sum(name => (long)name.Length);
    }
}

/// <summary>After a while keeps "each" bytes as fast as it can.</summary>
[LoadUser(Scenario = "rush")]
sealed class RushingUser(Appetite appetite) : User
{
    Stomach? stomach;

    [LoadTask]
    public async ValueTask Rush()
    {
        await Task.Delay(appetite.After);
        if (stomach is null)
        {
            stomach = new Stomach(appetite.Dice + Index);
            stomach.Keep(appetite.Each);
        }
    }
}
