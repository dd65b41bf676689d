using System.Collections.Immutable;

namespace LeanLoad.Generators;

/// <summary>A load file as a whole: what is wrong with it, and the table of what is right.</summary>
/// <param name="Text">The generated source; null where nothing is declared.</param>
/// <param name="Problems">All that is wrong, each once.</param>
sealed record LoadFile(string? Text, EquatableArray<Problem> Problems)
{
    public static LoadFile Bind(
        ImmutableArray<UserDeclaration> users, ImmutableArray<BootstrapDeclaration> bootstraps,
        ImmutableArray<SettingsDeclaration> settings, ImmutableArray<HookDeclaration> hooks,
        ImmutableArray<JsonContextDeclaration> json, ImmutableArray<Place?> runs)
    {
        var problems = new List<Problem>();
        foreach (Declaration one in (IEnumerable<Declaration>)[.. users, .. bootstraps, .. settings, .. hooks])
        {
            problems.AddRange(one.Problems);
        }

        if (users.IsEmpty)
        {
            problems.AddRange(from run in runs where run is not null select new Problem(Rules.NoUsers, run));
        }

        var supplies = new SupplyGraph(settings, bootstraps, json, problems);
        var ordered = supplies.InOrder(problems);
        var soundUsers = users.Where(user => supplies.Binds(user, problems)).ToList();
        var soundHooks = hooks.Where(hook => supplies.Binds(hook, problems)).ToList();
        var soundSettings = OptionNames.Distinct(settings, problems);

        var isEmpty = soundUsers.Count + ordered.Count + soundSettings.Count + soundHooks.Count == 0;
        var text = isEmpty ? null : TableWriter.Write(soundUsers, ordered, soundSettings, soundHooks, supplies.Json);
        return new LoadFile(text, new(problems.Distinct()));
    }
}
