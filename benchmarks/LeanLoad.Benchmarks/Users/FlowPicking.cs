using BenchmarkDotNet.Attributes;
using LeanLoad.Users;

namespace LeanLoad.Benchmarks.Users;

/// <summary>What a user does next that browses, and now and then goes through a flow of three steps.</summary>
public class FlowPicking
{
    static readonly string?[] Flows = [null, "buy", "buy", "buy"];

    readonly FlowCursor cursor;
    readonly Queue<PlannedTask> queue = new();
    readonly PlannedTask[] tasks;
    readonly Random standard = new(1);
    UserRandom random = UserRandom.ForUser(seed: 1, index: 0);

    public FlowPicking()
    {
        tasks = [.. Flows.Select(static (flow, index) => new PlannedTask(
            new TaskEntry($"Task{index}", 1, [], static _ => ValueTask.CompletedTask) { Flow = flow },
            Scope: 4 + index))];
        var user = new UserClass("Shopper", "shop", 1, [], static _ => throw new NotSupportedException(),
            [.. tasks.Select(static task => task.Entry)])
        {
            Flows = [new FlowEntry("buy", 1, TaskOrder.Sequential, Picks: 0)],
        };
        cursor = new FlowCursor(new UserPlan(user, tasks, startScope: 3, stopScope: 8).Root);
    }

    /// <summary>The usual way: a queue for each user, filled with the steps of the flow that was drawn.</summary>
    [Benchmark(Baseline = true)]
    public object QueueOfSteps()
    {
        if (queue.Count == 0)
        {
            if (standard.Next(2) == 0) return tasks[0];
            foreach (var step in tasks.AsSpan(1)) queue.Enqueue(step);
        }

        return queue.Dequeue();
    }

    [Benchmark]
    public object Next() => cursor.Next(ref random);
}
