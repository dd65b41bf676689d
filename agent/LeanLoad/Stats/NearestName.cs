namespace LeanLoad.Stats;

/// <summary>What somebody meant who mistyped a name.</summary>
static class NearestName
{
    /// <summary>
    /// The name that takes the fewest changes; null where even that one is another word: more than two changes, and
    /// more than a third of the letters.
    /// </summary>
    public static string? Of(string word, IEnumerable<string> names) =>
        Of(word, names, Math.Max(2, word.Length / 3));

    /// <summary>The same with a bound of one's own.</summary>
    /// <param name="word">As it was typed.</param>
    /// <param name="names">Those that there are.</param>
    /// <param name="atMost">Changes.</param>
    public static string? Of(string word, IEnumerable<string> names, int atMost)
    {
        var nearest = names.MinBy(name => Distance(word, name));
        return nearest is not null && Distance(word, nearest) <= atMost ? nearest : null;
    }

    /// <summary>
    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string
    /// alignment).
    /// </summary>
    static int Distance(string left, string right)
    {
        var cost = new int[left.Length + 1, right.Length + 1];
        for (var row = 0; row <= left.Length; row++)
        {
            for (var column = 0; column <= right.Length; column++)
            {
                if (row == 0 || column == 0)
                {
                    cost[row, column] = row + column;
                    continue;
                }

                var replaced = cost[row - 1, column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                cost[row, column] = Math.Min(replaced, 1 + Math.Min(cost[row - 1, column], cost[row, column - 1]));
                if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
                {
                    cost[row, column] = Math.Min(cost[row, column], cost[row - 2, column - 2] + 1);
                }
            }
        }

        return cost[left.Length, right.Length];
    }
}
