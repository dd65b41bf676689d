using System.Diagnostics;
using System.Numerics;
using LeanLoad.Diagnostics;

namespace LeanLoad.Stats;

/// <summary>
/// The names of an agent's requests, shared by its loops: a name has the same dense id in every table. At most <see
/// cref="Capacity"/> names; every further one is the row <c>(other)</c>, and <see cref="FirstRefused"/> is there to say
/// so.
/// </summary>
/// <remarks>
/// Finding a name takes no lock: slots are written once, the id before the hash. Adding one, at most 500 times in a
/// run, takes one. Memory: 12 bytes a slot, at least two slots a name, and a reference a name: 16 kB for 500.
/// </remarks>
sealed class RequestNames
{
    /// <summary>The id of the row that takes what has no name of its own.</summary>
    public const int Other = 0;

    /// <summary>The name of that row.</summary>
    public const string OtherName = "(other)";

    readonly Lock adding = new();
    readonly ulong[] hashes;
    readonly int[] ids;
    readonly string[] names;
    int count = 1;
    int told;
    string? firstRefused;

    /// <param name="capacity">Names at most, <c>(other)</c> not counted; 1 to 100,000.</param>
    public RequestNames(int capacity = 500)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 100_000);
        Capacity = capacity;
        var slots = (int)BitOperations.RoundUpToPowerOf2((uint)capacity * 2);
        hashes = new ulong[slots];
        ids = new int[slots];
        names = new string[capacity + 1];
        names[Other] = OtherName;
    }

    /// <summary>Names at most, <c>(other)</c> not counted.</summary>
    public int Capacity { get; }

    /// <summary>Ids given out so far, <c>(other)</c> counted: they run from 0 to one less.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>The first name there was no room for; null while all fit.</summary>
    public string? FirstRefused => Volatile.Read(ref firstRefused);

    /// <summary>The name of an id.</summary>
    public string this[int id] => names[id];

    /// <summary>The id of a name seen before.</summary>
    public bool TryFind(TemplateHash hash, out int id)
    {
        var key = hash.Value;
        var mask = hashes.Length - 1;
        for (var slot = (int)key & mask; ; slot = (slot + 1) & mask)
        {
            var found = Volatile.Read(ref hashes[slot]);
            if (found == key)
            {
                id = ids[slot];
                return true;
            }

            if (found != 0) continue;
            id = Other;
            return false;
        }
    }

    /// <summary>The id of a name, new or not; <see cref="Other"/> where there is no more room.</summary>
    public int Intern(ReadOnlySpan<char> name) => Intern(TemplateHash.Of(name), name);

    /// <summary>The id of a name whose hash is already known.</summary>
    public int Intern(TemplateHash hash, ReadOnlySpan<char> name)
    {
        Debug.Assert(TemplateHash.Of(name).Value == hash.Value, "The hash belongs to another name.");
        if (TryFind(hash, out var id)) return id;
        return Count <= Capacity ? Add(hash, name) : Refuse(name);
    }

    /// <summary>Writes the names that are new since the last call, whichever loop made it.</summary>
    public void Tell(RecordStream stream)
    {
        if (Volatile.Read(ref told) == Count) return;
        lock (adding)
        {
            for (; told < count; told++) stream.Write(new RequestDefined(told, names[told]));
        }
    }

    int Add(TemplateHash hash, ReadOnlySpan<char> name)
    {
        lock (adding)
        {
            if (TryFind(hash, out var id)) return id;
            if (count > Capacity) return Refuse(name);
            var mask = hashes.Length - 1;
            var slot = (int)hash.Value & mask;
            while (hashes[slot] != 0) slot = (slot + 1) & mask;
            id = count;
            names[id] = name.ToString();
            ids[slot] = id;
            Volatile.Write(ref count, id + 1);
            Volatile.Write(ref hashes[slot], hash.Value);
            return id;
        }
    }

    int Refuse(ReadOnlySpan<char> name)
    {
        if (FirstRefused is null) Interlocked.CompareExchange(ref firstRefused, name.ToString(), null);
        return Other;
    }
}
