namespace LeanLoad;

/// <summary>Rates as they are typed: a number per time, <c>10/s</c>, <c>30/m</c>, <c>600/h</c>; never a bare number.
/// </summary>
static class Rates
{
    /// <summary>Reads one.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="perSecond">The rate; zero or more.</param>
    public static bool TryParse(string text, out double perSecond)
    {
        perSecond = 0;
        if (text.Split('/', StringSplitOptions.TrimEntries) is not [var number, var unit]) return false;
        var seconds = unit switch { "s" => 1, "m" => 60, "h" => 3600, _ => 0 };
        if (seconds == 0 || !SettingsReader.Number(number, out var count, out _) || count < 0) return false;
        perSecond = count / seconds;
        return true;
    }
}
