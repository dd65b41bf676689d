namespace LeanLoad.Report;

/// <summary>Sentences in columns of a terminal.</summary>
static class Prose
{
    /// <summary>Columns of the terminal, 60 to 140; 100 where standard output is none.</summary>
    public static int Columns => Console.IsOutputRedirected ? 100 : Math.Clamp(Console.WindowWidth, 60, 140);

    /// <summary>
    /// What a target answered may hold anything, also what moves a terminal's cursor: here it cannot.
    /// </summary>
    public static string OneLine(string text) =>
        string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    /// <summary>
    /// The text in lines. None of them ends in a number: what follows is its unit, or what it counts.
    /// </summary>
    /// <param name="text">Words; a word longer than a line stays whole.</param>
    /// <param name="width">Columns.</param>
    /// <param name="indent">Columns left free in each line.</param>
    public static IEnumerable<string> Wrapped(string text, int width, int indent = 0)
    {
        var (line, phrase) = (new string(' ', indent), "");
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Append(""))
        {
            if (phrase.Length > 0 && (word.Length == 0 || !char.IsAsciiDigit(phrase[^1])))
            {
                if (line.Length > indent && line.Length + 1 + phrase.Length > width)
                {
                    yield return line;
                    line = new string(' ', indent);
                }

                line += line.Length > indent ? $" {phrase}" : phrase;
                phrase = "";
            }

            phrase += phrase.Length > 0 ? $" {word}" : word;
        }

        yield return line;
    }
}
