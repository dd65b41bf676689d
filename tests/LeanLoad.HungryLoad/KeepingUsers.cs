using System.Text;
using System.Text.Json;

namespace LeanLoad.HungryLoad;

/// <summary>Thinks a while, does nothing.</summary>
abstract class Idler : User
{
    protected override ThinkTime ThinkTime => ThinkTime.Between(80.Milliseconds(), 120.Milliseconds());

    [LoadTask]
    public void Idle()
    {
    }
}

/// <summary>Each user keeps the same.</summary>
[LoadUser(Scenario = "linear")]
sealed class LinearUser(Appetite appetite) : Idler
{
    Stomach? stomach;

    protected override ValueTask Start()
    {
        stomach = new Stomach(appetite.Dice + Index);
        stomach.Keep(appetite.Each);
        return default;
    }
}

/// <summary>
/// Each user parses the same document for himself, and keeps a part of it: three times as much becomes garbage.
/// </summary>
[LoadUser(Scenario = "bootstraps")]
sealed class BootstrappingUser(Appetite appetite) : Idler
{
    readonly List<string> names = [];

    protected override ValueTask Start()
    {
        // Strings have two bytes a character, and an object's head.
        var wanted = appetite.Each.Count;
        using var document = JsonDocument.Parse(Documents.OfDevices((int)(wanted / 2.5)));
        foreach (var device in document.RootElement.EnumerateArray())
        {
            names.Add(device.GetProperty("name").GetString()!);
            wanted -= names[^1].Length * 2 + 30;
            if (wanted <= 0) break;
        }

        return default;
    }
}

/// <summary>From one user on, each takes all of it; those before him a sixteenth.</summary>
[LoadUser(Scenario = "step")]
sealed class StepUser(Appetite appetite) : Idler
{
    Stomach? stomach;

    protected override ValueTask Start()
    {
        stomach = new Stomach(appetite.Dice + Index);
        stomach.Keep(Index >= appetite.From ? appetite.Each : appetite.Each * (1.0 / 16));
        return default;
    }
}

/// <summary>Each user keeps memory that no collector knows of.</summary>
[LoadUser(Scenario = "native")]
sealed class NativeUser(Appetite appetite) : Idler
{
    readonly NativeStomach stomach = new();

    protected override ValueTask Start()
    {
        stomach.Keep(appetite.Each);
        return default;
    }

    protected override ValueTask Stop()
    {
        stomach.Drop();
        return default;
    }
}

/// <summary>Documents to parse.</summary>
static class Documents
{
    /// <summary>A JSON array of objects, some 200 bytes each.</summary>
    public static byte[] OfDevices(int bytes)
    {
        var text = new MemoryStream(bytes + 512);
        text.Write("["u8);
        for (var id = 0; text.Length < bytes; id++)
        {
            if (id > 0) text.Write(","u8);
            text.Write(Encoding.UTF8.GetBytes(
                $"{{\"id\":{id},\"name\":\"device-{id:D8}-of-a-site-with-a-rather-long-name-as-they-have-them-bytes"
                + "-in-catalogues-everywhere-and-then-some-more-for-the-sake-of-the-size-of-it-all-in\",\"ok\":true}"));
        }

        text.Write("]"u8);
        return text.ToArray();
    }
}
