using System.Globalization;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>Whose a connection is: <c>--connections own|per-request|N</c>.</summary>
/// <param name="Shared">How many all users share, to each origin; 0 where they do not share.</param>
/// <param name="IsPerRequest">Whether each request has a connection of its own, closed after it.</param>
readonly record struct ConnectionSharing(int Shared, bool IsPerRequest)
{
    /// <summary>Each user has its own, and uses it again: the default, as separate people have.</summary>
    public static ConnectionSharing Own => default;

    /// <summary>What of the shared ones a loop gets; at least 1 where there are as many as loops.</summary>
    public int OfLoop(int index, int loops) => Shared / loops + (index < Shared % loops ? 1 : 0);

    public static bool TryParse(string text, out ConnectionSharing value, out string? problem)
    {
        var nearest = NearestName.Of(text.ToLowerInvariant(), ["own", "per-request"]) is { } near
            ? $"; the nearest is {near}" : "";
        problem = "is none of own (each user its own), per-request (one for each request), or a number from 1 to "
            + $"1000000 (shared by all users){nearest}";
        value = new ConnectionSharing(0, text == "per-request");
        if (text is "own" or "per-request") return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var shared)
            || shared is < 1 or > 1_000_000)
        {
            return false;
        }

        value = new ConnectionSharing(shared, false);
        return true;
    }
}
