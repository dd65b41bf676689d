using System.Text;

namespace LeanLoad.Http;

/// <summary>The date of an <c>Expires</c>, in whatever order its parts come (RFC 6265bis §5.1.1).</summary>
static class CookieDate
{
    const string Months = "janfebmaraprmayjunjulaugsepoctnovdec";

    /// <summary>Reads a date.</summary>
    /// <param name="value">Its text.</param>
    /// <param name="unixMs">Milliseconds since 1970, UTC.</param>
    /// <returns>False where it is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, out long unixMs)
    {
        (int Hour, int Minute, int Second)? time = null;
        int? day = null, month = null, year = null;
        while (TryTakeToken(ref value, out var token))
        {
            if (time is null && ReadTime(token) is { } foundTime) time = foundTime;
            else if (day is null && Number(token, 1, 2) is { } foundDay) day = foundDay;
            else if (month is null && ReadMonth(token) is { } foundMonth) month = foundMonth;
            else if (year is null && Number(token, 2, 4) is { } foundYear) year = foundYear;
        }

        unixMs = 0;
        if (year is >= 70 and <= 99) year += 1900;
        else if (year is >= 0 and <= 69) year += 2000;
        if (day is not (>= 1 and <= 31) || month is null || year is not (>= 1601 and <= 9999)
            || time is not { Hour: <= 23, Minute: <= 59, Second: <= 59 } at)
        {
            return false;
        }

        if (day > DateTime.DaysInMonth(year.Value, month.Value)) return false;
        var date = new DateTimeOffset(year.Value, month.Value, day.Value, at.Hour, at.Minute, at.Second, TimeSpan.Zero);
        unixMs = date.ToUnixTimeMilliseconds();
        return true;
    }

    static bool TryTakeToken(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> token)
    {
        while (!rest.IsEmpty && IsDelimiter(rest[0])) rest = rest[1..];
        var length = 0;
        while (length < rest.Length && !IsDelimiter(rest[length])) length++;
        token = rest[..length];
        rest = rest[length..];
        return length > 0;
    }

    static bool IsDelimiter(byte value) =>
        value is 9 or (>= 0x20 and <= 0x2f) or (>= 0x3b and <= 0x40) or (>= 0x5b and <= 0x60) or (>= 0x7b and <= 0x7e);

    /// <summary><c>1*2DIGIT ":" 1*2DIGIT ":" 1*2DIGIT</c>, and anything that is no digit behind it.</summary>
    static (int, int, int)? ReadTime(ReadOnlySpan<byte> token)
    {
        var first = token.IndexOf((byte)':');
        if (first < 0) return null;
        var second = token[(first + 1)..].IndexOf((byte)':');
        if (second < 0 || Exact(token[..first]) is not { } hour
            || Exact(token.Slice(first + 1, second)) is not { } minute)
        {
            return null;
        }

        return Number(token[(first + second + 2)..], 1, 2) is { } seconds ? (hour, minute, seconds) : null;
    }

    static int? Exact(ReadOnlySpan<byte> text) =>
        text.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? null : Number(text, 1, 2);

    static int? ReadMonth(ReadOnlySpan<byte> token)
    {
        if (token.Length < 3) return null;
        var name = Encoding.Latin1.GetString(token[..3]).ToLowerInvariant();
        var at = Months.IndexOf(name, StringComparison.Ordinal);
        return at >= 0 && at % 3 == 0 ? at / 3 + 1 : null;
    }

    /// <summary>So many digits at the token's beginning, and no further one.</summary>
    static int? Number(ReadOnlySpan<byte> token, int atLeast, int atMost)
    {
        var (count, number) = (0, 0);
        for (; count < token.Length && token[count] is >= (byte)'0' and <= (byte)'9'; count++)
        {
            if (count == atMost) return null;
            number = number * 10 + token[count] - '0';
        }

        return count >= atLeast ? number : null;
    }
}
