using BenchmarkDotNet.Attributes;
using LeanLoad.Users;

namespace LeanLoad.Benchmarks.Users;

/// <summary>Which of five weighted tasks a user does next, the random number included.</summary>
public class TaskPicking
{
    static readonly int[] Weights = [5, 3, 10, 1, 1];

    readonly UserPlan plan = PlanOf(Weights);
    readonly double[] shares = SharesOf(Weights);
    readonly Random standard = new(1);
    UserRandom random = UserRandom.ForUser(seed: 1, index: 0);

    /// <summary>The usual way: the standard generator, and a search in the sums of the weights.</summary>
    [Benchmark(Baseline = true)]
    public int RandomAndBinarySearch()
    {
        var found = Array.BinarySearch(shares, standard.NextDouble());
        return found < 0 ? ~found : found + 1;
    }

    [Benchmark]
    public object Pick() => plan.Pick(random.NextUniform());

    static UserPlan PlanOf(int[] weights)
    {
        PlannedTask[] tasks = [.. weights.Select(static (weight, index) =>
            new PlannedTask(new TaskEntry($"Task{index}", weight, [], static _ => ValueTask.CompletedTask), Scope: 4
                + index))];
        TaskEntry[] entries = [.. tasks.Select(static task => task.Entry)];
        var user = new UserClass("Browser", "web", 1, [], static _ => throw new NotSupportedException(), entries);
        return new UserPlan(user, tasks, startScope: 3, stopScope: 4 + weights.Length);
    }

    static double[] SharesOf(int[] weights)
    {
        var total = (double)weights.Sum();
        return [.. weights.Select((_, index) => weights.Take(index + 1).Sum() / total)];
    }
}
