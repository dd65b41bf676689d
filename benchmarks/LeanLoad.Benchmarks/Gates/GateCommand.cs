using System.CommandLine;
using System.Globalization;

namespace LeanLoad.Benchmarks.Gates;

/// <summary>
/// <c>gate</c>: measures everything shortly, and fails where an operation costs more than its budget.
/// </summary>
static class GateCommand
{
    public static Command Create()
    {
        var options = new GateOptions();
        var command = new Command("gate",
            "Fails where a benchmark costs more than its budget: bytes here and compiled ahead of time, and retired "
            + "instructions; times, where instructions can't be counted.");
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var (scope, path) = (parsed.GetValue(options.Only), parsed.GetValue(options.Budgets)!);
            if (parsed.GetValue(options.Proves)) return Proof.Run(Repository.Root);
            return parsed.GetValue(options.Times) is > 1 and var count
                ? RepeatedRuns.Run(count, ["--budgets", path, .. OptionOf(scope)])
                : new Gate(path, scope, parsed.GetValue(options.Accepts), parsed.GetValue(options.Published)).Run();
        });
        return command;
    }

    static IEnumerable<string> OptionOf(GateScope scope) => scope == GateScope.All ? []
        : ["--only", scope.ToString().ToLower(CultureInfo.InvariantCulture)];
}
