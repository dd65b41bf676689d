namespace LeanLoad.Http;

/// <summary>
/// The requests of one loop that are the same each time: GET and HEAD of a URL that is a literal of the program, with
/// no header, credential or cookie of their own. Rendered once; users in flight share the bytes, which costs none of
/// them a buffer, and stays in the processor's cache. At most <see cref="Capacity"/>; further ones are rendered each
/// time.
/// </summary>
/// <remarks>
/// Literals alone: they live as long as the program, so what is kept is bounded by its source. Found by identity; the
/// text says only where to look.
/// </remarks>
sealed class LiteralRequests
{
    /// <summary>How many.</summary>
    public const int Capacity = 128;

    // Twice the capacity, so that a look ends soon.
    const int Slots = 2 * Capacity;

    readonly LiteralRequest?[] slots = new LiteralRequest?[Slots];
    int count;

    /// <summary>The one of a literal, if it was rendered before.</summary>
    public LiteralRequest? Find(string url, bool isHead)
    {
        for (var slot = SlotOf(url); slots[slot] is { } known; slot = (slot + 1) & (Slots - 1))
        {
            if (ReferenceEquals(known.Url, url) && known.Request.IsHead == isHead) return known;
        }

        return null;
    }

    /// <summary>Keeps one that was just rendered, where it is a literal's and there is room.</summary>
    public void Keep(string url, bool isHead, ReadOnlySpan<byte> rendered, HttpOrigin origin, int name)
    {
        // What the compiler has put into the binary lies in no generation (GC.GetGeneration, .NET 8).
        if (count == Capacity || GC.GetGeneration(url) != int.MaxValue) return;
        var slot = SlotOf(url);
        while (slots[slot] is not null) slot = (slot + 1) & (Slots - 1);
        var request = new OutgoingRequest(rendered.ToArray(), rendered.Length, isHead, IsSafe: true, IsShared: true);
        slots[slot] = new LiteralRequest(url, request, origin, name);
        count++;
    }

    static int SlotOf(string url) =>
        url.Length == 0 ? 0 : (url.Length * 31 + url[^1] * 7 + url[url.Length / 2]) & (Slots - 1);
}

/// <summary>One of them.</summary>
/// <param name="Url">As the author wrote it.</param>
/// <param name="Request">Rendered.</param>
/// <param name="Origin">Where it goes.</param>
/// <param name="Name">Its id in the table of requests.</param>
sealed record LiteralRequest(string Url, OutgoingRequest Request, HttpOrigin Origin, int Name);
