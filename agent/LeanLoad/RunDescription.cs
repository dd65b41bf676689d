using LeanLoad.Cli;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;

namespace LeanLoad;

/// <summary>What a run says of itself before it begins.</summary>
static class RunDescription
{
    /// <summary>Describes it.</summary>
    /// <param name="request">What is to run.</param>
    /// <param name="budget">The memory it may use.</param>
    public static RunStarted Of(RunRequest request, Budget budget)
    {
        var options = request.Options;
        var counts = request.UsersPerClass();
        return new RunStarted
        {
            AgentVersion = RunRequest.Version,
            ProcessId = Environment.ProcessId,
            StartedAt = DateTimeOffset.UtcNow,
            Scenario = request.Scenario.Name,
            PlannedUsers = request.Schedule.MostUsers,
            RampPerSecond = options.Load.RampPerSecond > 0 ? options.Load.RampPerSecond : double.PositiveInfinity,
            Duration = options.Loads.Count == 0 ? options.Load.Duration : request.Schedule.Duration,
            Iterations = options.Load.Iterations,
            Budget = budget.Amount,
            BudgetSource = budget.Source,
            Limit = budget.Limit,
            Loops = options.Loops,
            Seed = (ulong)options.Seed,
            Classes =
                [.. request.Scenario.Users.Select((user, index) => new PlannedClass(user.Class.Name, counts[index]))],
            Options = [.. request.Effective.Select(static option => new EffectiveOption(option.Name, option.Value))],
        };
    }
}
