using System.Text;

namespace LeanLoad.Http;

/// <summary>
/// Looks fields up in the bytes of a head that was parsed: nothing is indexed, so that what nobody reads costs nothing.
/// </summary>
static class ResponseFields
{
    /// <summary>The value of a field by its name in any case; the first where it repeats.</summary>
    public static bool TryGet(ReadOnlySpan<byte> head, scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        ResponseHead.TryTakeLine(ref head, out _);
        return TryTakeNext(ref head, name, out value);
    }

    /// <summary>The next value of that name; what is left of the head begins behind it.</summary>
    /// <param name="rest">The head's lines, without the status line.</param>
    /// <param name="name">In any case.</param>
    /// <param name="value">Without the white space around it.</param>
    public static bool TryTakeNext(
        scoped ref ReadOnlySpan<byte> rest, scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (ResponseHead.TryTakeLine(ref rest, out var line) && !line.IsEmpty)
        {
            var colon = line.IndexOf((byte)':');
            if (colon != name.Length || !Ascii.EqualsIgnoreCase(line[..colon], name)) continue;
            value = line[(colon + 1)..].Trim(" \t"u8);
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>
    /// Puts spaces in place of the ends of line inside folded fields, as a recipient must before it interprets them
    /// (RFC 9112 §5.2).
    /// </summary>
    public static void Unfold(Span<byte> head)
    {
        for (var at = 0; at + 1 < head.Length; at++)
        {
            if (head[at] != '\n' || head[at + 1] is not ((byte)' ' or (byte)'\t')) continue;
            head[at] = (byte)' ';
            if (head[at - 1] == '\r') head[at - 1] = (byte)' ';
        }
    }
}
