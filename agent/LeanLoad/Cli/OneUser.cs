namespace LeanLoad.Cli;

/// <summary>What <c>--one</c> makes of a load file.</summary>
static class OneUser
{
    /// <summary>
    /// The load file as this run sees it: every class one user, every task once, in sequence and out of its flow.
    /// </summary>
    public static ScenarioTable TableOf(ScenarioTable table) => new()
    {
        Users =
        [
            .. table.Users.Select(static user => user with
            {
                Count = 1,
                Order = TaskOrder.Sequential,
                Flows = [],
                Tasks = [.. user.Tasks.Select(static task => task with { Weight = 1, Flow = null })],
            }),
        ],
        Bootstraps = table.Bootstraps,
        Settings = table.Settings,
        Hooks = table.Hooks,
    };
}
