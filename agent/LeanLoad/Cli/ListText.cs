using System.Globalization;
using LeanLoad.Users;

namespace LeanLoad.Cli;

/// <summary>
/// <c>--list</c>: what there is to run, with the share of each user class and task, and what runs once.
/// </summary>
static class ListText
{
    const int Column = 34;

    public static void Print(TextWriter output, IEnumerable<ScenarioPlan> plans)
    {
        var isFirst = true;
        foreach (var plan in plans)
        {
            if (!isFirst) output.WriteLine();
            isFirst = false;
            Print(output, plan);
        }
    }

    /// <summary>The same of scenarios side by side: each with its load, then what runs once for all of them.</summary>
    public static void Print(TextWriter output, ScenarioPlan plan, IReadOnlyList<LoadTerms> loads)
    {
        foreach (var group in plan.Groups)
        {
            if (group.Index > 0) output.WriteLine();
            output.WriteLine($"Scenario {loads[group.Index]}");
            PrintUsers(output, group.Users);
        }

        if (plan.Started.Count + plan.Stopped.Count + plan.Bootstraps.Count == 0) return;
        output.WriteLine();
        output.WriteLine("The run");
        PrintOnce(output, plan);
    }

    static void Print(TextWriter output, ScenarioPlan plan)
    {
        output.WriteLine($"Scenario {plan.Name}");
        PrintUsers(output, plan.Users);
        PrintOnce(output, plan);
    }

    static void PrintUsers(TextWriter output, IReadOnlyList<UserPlan> users)
    {
        var weights = users.Where(static user => user.Class.Count == 0).Sum(static user => user.Class.Weight);
        foreach (var user in users)
        {
            Line(output, 1, user.Class.Name,
                user.Class.Count > 0 ? Users(user.Class.Count) : $"{Percent(user.Class.Weight, weights)} of the users");
            PrintSteps(output, user.Root, 2);
        }
    }

    static void PrintOnce(TextWriter output, ScenarioPlan plan)
    {
        foreach (var entry in plan.Started) Line(output, 1, entry.Name, "once, before the first user");
        foreach (var entry in plan.Stopped) Line(output, 1, entry.Name, "once, after the last user");
        foreach (var entry in plan.Bootstraps)
        {
            var needs = entry.Needs.Count == 0 ? ""
                : $", from {string.Join(", ", entry.Needs.Select(static need => need.Name))}";
            Line(output, 1, entry.Name,
                $"bootstrap of {entry.Result.Name}{needs}{(entry.Isolated ? ", in a child process" : "")}");
        }
    }

    static void PrintSteps(TextWriter output, TaskGroup group, int depth)
    {
        foreach (var step in group.Steps)
        {
            var share = group.Order == TaskOrder.Sequential
                ? step.Weight == 1 ? "next" : $"next, {step.Weight} times"
                : Percent(group.ShareOf(step), 1);
            if (step.Task is { } task)
            {
                Line(output, depth, task.Entry.Name, share + Tags(task.Entry.Tags));
                continue;
            }

            var flow = step.Group!;
            var how = flow.Order == TaskOrder.Sequential ? "in sequence"
                : Counted.Of(flow.Picks, "pick");
            Line(output, depth, flow.Name, $"{share}, a flow: {how}");
            PrintSteps(output, flow, depth + 1);
        }
    }

    static void Line(TextWriter output, int depth, string name, string text) =>
        output.WriteLine($"{new string(' ', depth * 2) + name,-Column} {text}");

    static string Tags(IReadOnlyList<string> tags) => tags.Count == 0 ? "" : $", tags {string.Join(", ", tags)}";

    static string Users(int count) => $"exactly {Counted.Of(count, "user")}";

    static string Percent(double part, double whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * part / whole:0.#} %");
}
