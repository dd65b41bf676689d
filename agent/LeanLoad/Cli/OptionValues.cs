using LeanLoad.Tls;

namespace LeanLoad.Cli;

/// <summary>What an option's value may be: each reads one kind, and its problem follows the option's name and value.
/// </summary>
static class OptionValues
{
    public static bool RealFile(string text, out string value, out string? problem)
    {
        if (!NewFile(text, out value, out problem)) return false;
        problem = "can't be standard output; name a file";
        return text != "-";
    }

    /// <summary>A directory, or what names of files in one begin with.</summary>
    public static bool FilePrefix(string text, out string value, out string? problem)
    {
        (value, problem) = (text, null);
        return Directory.Exists(text) || RealFile(text, out value, out problem);
    }

    /// <summary>One or several, as <see cref="OptionText"/> joins them.</summary>
    public static bool AtLeastOne(string text, out int value, out string? problem)
    {
        problem = "is not a whole number from 1 to 1000000";
        return SettingsReader.WholeNumber(text, out value, out _) && value is >= 1 and <= 1_000_000;
    }

    public static bool LoopCount(string text, out int value, out string? problem)
    {
        problem = "is not a whole number from 1 to 64";
        return SettingsReader.WholeNumber(text, out value, out _) && value is >= 1 and <= 64;
    }

    public static bool PositiveLong(string text, out long value, out string? problem)
    {
        problem = "is not a whole number of at least 1";
        return SettingsReader.LongNumber(text, out value, out _) && value >= 1;
    }

    public static bool PositiveDuration(string text, out TimeSpan value, out string? problem)
    {
        if (!SettingsReader.Duration(text, out value, out problem)) return false;
        problem = "is no time at all";
        return value > TimeSpan.Zero;
    }

    public static bool PositiveSize(string text, out Bytes value, out string? problem)
    {
        if (!SettingsReader.Size(text, out value, out problem)) return false;
        problem = "is nothing at all";
        return value > Bytes.Zero;
    }

    /// <summary><c>10/s</c>, <c>30/m</c>; the unit must be there.</summary>
    public static bool Rate(string text, out double value, out string? problem)
    {
        problem = "is not a rate; write users per time, such as 10/s or 30/m";
        return Rates.TryParse(text, out value) && value > 0;
    }

    /// <summary><c>2/5</c>: the second of five, counted from one as people do.</summary>
    public static bool Share(string text, out (int Index, int Count) value, out string? problem)
    {
        problem = "is not an agent of a fleet; write which and of how many, such as 2/5";
        value = default;
        if (text.Split('/') is not [var first, var second]) return false;
        if (!SettingsReader.WholeNumber(first, out var number, out _)
            || !SettingsReader.WholeNumber(second, out var count, out _))
        {
            return false;
        }

        value = (number - 1, count);
        return number >= 1 && number <= count;
    }

    public static bool List(string text, out string[] value, out string? problem)
    {
        problem = "names nothing";
        value = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return value.Length > 0;
    }

    public static bool Authorities(string text, out string value, out string? problem)
    {
        value = text;
        return TlsContext.HasAuthorities(text, out problem);
    }

    public static bool Certificate(string text, out string value, out string? problem)
    {
        value = text;
        return TlsContext.HasCertificate(text, out problem);
    }

    public static bool Key(string text, out string value, out string? problem)
    {
        value = text;
        return TlsContext.HasKey(text, out problem);
    }

    /// <summary>
    /// A file to be written: that its directory is missing is told now, not when there are results to lose.
    /// </summary>
    public static bool NewFile(string text, out string value, out string? problem)
    {
        (value, problem) = (text, "names no file");
        if (text.Length == 0) return false;
        if (text == "-") return true;
        problem = "is a directory; name a file in it";
        if (Directory.Exists(text)) return false;
        var directory = Path.GetDirectoryName(Path.GetFullPath(text));
        problem = $"can't be written: there is no directory {directory}; make it first";
        if (!Directory.Exists(directory)) return false;
        problem = $"can't be written: this user may make no file in {directory}";
        return FolderAccess.CanWrite(directory);
    }
}
