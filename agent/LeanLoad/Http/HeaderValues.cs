using System.Text;

namespace LeanLoad.Http;

/// <summary>
/// All values of one header, in the order in which they came, without allocation: for <c>foreach</c>, at once.
/// </summary>
public ref struct HeaderValues
{
    readonly string name;
    ReadOnlySpan<byte> rest;

    internal HeaderValues(ReadOnlySpan<byte> head, string name)
    {
        this.name = name;
        ResponseHead.TryTakeLine(ref head, out _);
        rest = head;
    }

    /// <summary>The value that was reached, without the white space around it.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Itself.</summary>
    public readonly HeaderValues GetEnumerator() => this;

    /// <summary>Goes to the next value.</summary>
    public bool MoveNext()
    {
        while (ResponseHead.TryTakeLine(ref rest, out var line) && !line.IsEmpty)
        {
            var colon = line.IndexOf((byte)':');
            if (colon != name.Length || !Ascii.EqualsIgnoreCase(line[..colon], name)) continue;
            Current = line[(colon + 1)..].Trim(" \t"u8);
            return true;
        }

        return false;
    }
}
