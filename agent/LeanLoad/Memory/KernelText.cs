using System.Buffers.Text;

namespace LeanLoad.Memory;

/// <summary>
/// Reads the kernel's text formats from UTF-8: a number alone, or lines of a name and a number. Allocates nothing.
/// </summary>
static class KernelText
{
    /// <summary>
    /// From here on a limit is no limit. v1 writes "none" as the largest multiple of the page size
    /// (9223372036854771712); nothing has an exbibyte.
    /// </summary>
    public const long NoLimit = 1L << 60;

    /// <summary>A file that holds one number; null for anything else.</summary>
    public static long? Number(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd("\n "u8);
        return Utf8Parser.TryParse(text, out ulong value, out var used) && used == text.Length ? Clamp(value) : null;
    }

    /// <summary>
    /// A file that holds a limit: <c>max</c> (v2) or a huge number (v1) is "none", null in <paramref name="limit"/>.
    /// </summary>
    /// <returns>False where the text is neither.</returns>
    public static bool TryLimit(ReadOnlySpan<byte> text, out Bytes? limit)
    {
        limit = null;
        if (text.TrimEnd("\n "u8).SequenceEqual("max"u8)) return true;
        if (Number(text) is not { } value) return false;
        if (value < NoLimit) limit = new Bytes(value);
        return true;
    }

    /// <summary>
    /// The number on the line <c>name number</c> (memory.stat) or <c>name: number kB</c> (status; the factor applied);
    /// null where there is no such line.
    /// </summary>
    public static long? Field(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line.Length <= name.Length || !line.StartsWith(name)) continue;
            if (line[name.Length] is (byte)' ' or (byte)':') return Value(line[(name.Length + 1)..].Trim(" \t"u8));
        }

        return null;
    }

    /// <summary>
    /// The time for which some task stood still, of a line such as <c>some avg10=0.00 avg60=0.00 avg300=0.00
    /// total=1234</c> in microseconds (Documentation/accounting/psi.rst); null where there is no such line.
    /// </summary>
    public static TimeSpan? Stall(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("some "u8)) return null;
        var end = text.IndexOf((byte)'\n');
        var line = end < 0 ? text : text[..end];
        var at = line.IndexOf(" total="u8);
        return at >= 0 && Number(line[(at + " total=".Length)..]) is { } us ? TimeSpan.FromMicroseconds(us) : null;
    }

    static long? Value(ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out ulong value, out var used)) return null;
        var unit = text[used..];
        if (unit.IsEmpty) return Clamp(value);
        return unit.SequenceEqual(" kB"u8) ? Clamp(value) * 1024 : null;
    }

    // Old kernels write "none" as 2^64 - 1.
    static long Clamp(ulong value) => (long)Math.Min(value, long.MaxValue);
}
