using System.Text;

namespace LeanLoad.Generators;

/// <summary>How names of code become names at the command line.</summary>
static class Names
{
    /// <summary>
    /// <c>HubUser</c> is <c>hub-user</c>, <c>HTTPProxy</c> is <c>http-proxy</c>, <c>Image_v2</c> is <c>image-v2</c>.
    /// </summary>
    public static string Kebab(string name)
    {
        var kebab = new StringBuilder(name.Length + 4);
        var afterUnderscore = false;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] != '_')
            {
                if (kebab.Length > 0 && (afterUnderscore || StartsWord(name, i))) kebab.Append('-');
                kebab.Append(char.ToLowerInvariant(name[i]));
            }

            afterUnderscore = name[i] == '_';
        }

        return kebab.ToString();
    }

    /// <summary>Small letters, digits, and single dashes between them.</summary>
    public static bool IsKebab(string name) =>
        name.Length > 0 && name[0] != '-' && name[name.Length - 1] != '-' && !name.Contains("--")
        && name.All(c => c is '-' or >= '0' and <= '9' || (char.IsLetter(c) && !char.IsUpper(c)));

    /// <summary>A capital after a small letter or digit, or the last capital of several: the P of HTTPProxy.</summary>
    static bool StartsWord(string name, int i) =>
        char.IsUpper(name[i])
        && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
}
