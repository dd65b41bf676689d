using System.Text;
using LeanLoad.Profiler.Attribution;

namespace LeanLoad.Profiler.Report;

/// <summary>What enumerations and judgements are called in front of people.</summary>
static class Words
{
    /// <summary><c>UserStart</c> as <c>user start</c>.</summary>
    public static string Of<T>(T value) where T : struct, Enum
    {
        var words = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            if (char.IsUpper(letter) && words.Length > 0) words.Append(' ');
            words.Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }

    /// <summary>Whether the samples confirm the ledger.</summary>
    public static string Agreement(Attributed row) => row.Agrees switch
    {
        true => "yes",
        false => "no",
        null => "too few",
    };
}
