namespace LeanLoad.Users;

/// <summary>
/// The steps of a user class or of one of its flows, in source order: tasks, and flows that are groups in turn. Shared
/// by all users of the class; where a user stands in it is its <see cref="FlowCursor"/>.
/// </summary>
sealed class TaskGroup
{
    readonly List<Step> steps = [];
    int totalWeight;

    TaskGroup(string name, int weight, TaskOrder order, int picks, TaskGroup? parent)
    {
        (Name, Weight, Order, Parent) = (name, weight, order, parent);
        Depth = parent is null ? 0 : parent.Depth + 1;
        PicksAsked = picks;
    }

    /// <summary>With the flows around it; empty for the user itself.</summary>
    public string Name { get; }

    public int Weight { get; }

    public TaskOrder Order { get; }

    /// <summary>The flow around it; null for the user itself.</summary>
    public TaskGroup? Parent { get; }

    /// <summary>Flows around it: 0 for the user itself.</summary>
    public int Depth { get; }

    /// <summary>The deepest flow below.</summary>
    public int MostDepth =>
        steps.Max(static step => step.Group?.MostDepth) is { } below ? Math.Max(Depth, below) : Depth;

    public IReadOnlyList<Step> Steps => steps;

    /// <summary>Steps picked before a weighted flow ends.</summary>
    public int Picks => PicksAsked > 0 ? PicksAsked : steps.Count;

    int PicksAsked { get; }

    /// <summary>Puts tasks where their flows are. A flow stands where its first task does.</summary>
    public static TaskGroup Of(UserClass user, IEnumerable<PlannedTask> tasks)
    {
        var root = new TaskGroup("", 1, user.Order, 0, null);
        var flows = new Dictionary<string, TaskGroup>();
        foreach (var task in tasks)
        {
            var group = task.Entry.Flow is { } flow ? Find(flow, user, root, flows) : root;
            group.Add(new Step(task.Entry.Weight, task, null));
        }

        return root;
    }

    /// <summary>The step for one draw: each with the chance of its weight.</summary>
    public Step Pick(double uniform)
    {
        var left = (int)(uniform * totalWeight);
        foreach (var step in steps)
        {
            left -= step.Weight;
            if (left < 0) return step;
        }

        return steps[^1];
    }

    /// <summary>How often a step is picked in the long run, of all of its group.</summary>
    public double ShareOf(Step step) => (double)step.Weight / totalWeight;

    static TaskGroup Find(string name, UserClass user, TaskGroup root, Dictionary<string, TaskGroup> flows)
    {
        if (flows.TryGetValue(name, out var known)) return known;
        var slash = name.LastIndexOf('/');
        var parent = slash < 0 ? root : Find(name[..slash], user, root, flows);
        var entry = user.Flows.FirstOrDefault(flow => flow.Name == name)
            ?? new FlowEntry(name, 1, TaskOrder.Sequential, 0);
        var group = new TaskGroup(name, entry.Weight, entry.Order, entry.Picks, parent);
        parent.Add(new Step(entry.Weight, null, group));
        flows.Add(name, group);
        return group;
    }

    void Add(Step step)
    {
        steps.Add(step);
        totalWeight += step.Weight;
    }

    /// <summary>
    /// A task, or else a flow. Its weight is its chance; in a sequence, how often it is done in a row.
    /// </summary>
    public readonly record struct Step(int Weight, PlannedTask? Task, TaskGroup? Group);
}
