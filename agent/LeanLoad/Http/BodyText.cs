using System.Text;

namespace LeanLoad.Http;

/// <summary>A body as text, by the charset of its <c>Content-Type</c> (RFC 9110 §8.3.2).</summary>
static class BodyText
{
    /// <summary>Decodes; what can't be is a replacement character.</summary>
    /// <param name="body">The bytes; a byte order mark of theirs is left out.</param>
    /// <param name="contentType">The header's value; empty where there is none.</param>
    public static string Decode(ReadOnlySpan<byte> body, ReadOnlySpan<byte> contentType)
    {
        var encoding = Of(CharsetOf(contentType));
        var mark = encoding.Preamble;
        return encoding.GetString(!mark.IsEmpty && body.StartsWith(mark) ? body[mark.Length..] : body);
    }

    /// <summary>UTF-8 where nothing, or nothing that is known here, is said.</summary>
    static Encoding Of(ReadOnlySpan<byte> charset)
    {
        if (Is(charset, "iso-8859-1"u8) || Is(charset, "latin1"u8) || Is(charset, "windows-1252"u8))
        {
            return Encoding.Latin1;
        }

        if (Is(charset, "utf-16"u8) || Is(charset, "utf-16le"u8)) return Encoding.Unicode;
        return Is(charset, "utf-16be"u8) ? Encoding.BigEndianUnicode : Encoding.UTF8;
    }

    static ReadOnlySpan<byte> CharsetOf(ReadOnlySpan<byte> contentType)
    {
        foreach (var range in contentType.Split((byte)';'))
        {
            var parameter = contentType[range].Trim(" \t"u8);
            var equals = parameter.IndexOf((byte)'=');
            if (equals > 0 && Is(parameter[..equals], "charset"u8)) return parameter[(equals + 1)..].Trim(" \t\""u8);
        }

        return default;
    }

    static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(text, name);
}
