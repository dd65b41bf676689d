namespace LeanLoad.Generators;

/// <summary>
/// Sees to it that each option is declared once, among all settings records and the agent's own options.
/// </summary>
static class OptionNames
{
    /// <summary>The agent's own options.</summary>
    static readonly HashSet<string> Reserved =
    [
        "users", "ramp", "duration", "iterations", "memory", "url", "scenario", "tags", "exclude-tags", "json",
        "journal", "log", "seed",
        "stop-timeout", "over-memory", "help", "version", "plan", "loops", "poller", "timeout", "wait-for-target", "ca",
        "insecure",
    ];

    /// <summary>The records that are sound, and none of whose options is taken.</summary>
    public static List<SettingsDeclaration> Distinct(IEnumerable<SettingsDeclaration> settings, List<Problem> problems)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        var sound = new List<SettingsDeclaration>();
        foreach (var record in settings)
        {
            var before = problems.Count;
            foreach (var option in record.Options)
            {
                var owner = $"{record.Name}.{option.Property}";
                if (Reserved.Contains(option.Option))
                {
                    problems.Add(new(Rules.ReservedOption, option.Place, owner, option.Option));
                }
                else if (owners.TryGetValue(option.Option, out var first))
                {
                    problems.Add(new(Rules.DuplicateOption, option.Place, first, owner, option.Option));
                }
                else owners.Add(option.Option, owner);
            }

            if (record.IsSound && problems.Count == before) sound.Add(record);
        }

        return sound;
    }
}
