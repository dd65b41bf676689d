namespace LeanLoad.Users;

/// <summary>
/// One user class as it runs: who pays for what, and which tasks are picked how often. Shared by all its users.
/// </summary>
sealed class UserPlan
{
    readonly PlannedTask[] tasks;
    readonly int totalWeight;

    /// <param name="userClass">What the author declared.</param>
    /// <param name="tasks">The tasks that tags left in; one or more.</param>
    /// <param name="startScope">Pays for constructor and start.</param>
    /// <param name="stopScope">Pays for the stop.</param>
    public UserPlan(UserClass userClass, PlannedTask[] tasks, int startScope, int stopScope)
    {
        Class = userClass;
        StartScope = startScope;
        StopScope = stopScope;
        this.tasks = tasks;
        totalWeight = tasks.Sum(static task => task.Entry.Weight);
        Root = TaskGroup.Of(userClass, tasks);
        HasFlow = Root.Order == TaskOrder.Sequential || tasks.Any(static task => task.Entry.Flow is not null);
    }

    public UserClass Class { get; }

    /// <summary>Which of the run's classes it is, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Which <see cref="UserGroup"/> it belongs to, from 0.</summary>
    public int Group { get; init; }

    /// <summary>Which of its group's classes it is, from 0.</summary>
    public int Place { get; init; }

    public int StartScope { get; }

    public int StopScope { get; }

    public IReadOnlyList<PlannedTask> Tasks => tasks;

    /// <summary>The tasks in their flows.</summary>
    public TaskGroup Root { get; }

    /// <summary>
    /// Whether what comes next depends on what came before, so that each user has a <see cref="FlowCursor"/>.
    /// </summary>
    public bool HasFlow { get; }

    /// <summary>The task for one draw: each with the chance of its weight.</summary>
    /// <param name="uniform">A random number in [0, 1).</param>
    public PlannedTask Pick(double uniform)
    {
        var left = (int)(uniform * totalWeight);
        foreach (var task in tasks)
        {
            left -= task.Entry.Weight;
            if (left < 0) return task;
        }

        return tasks[^1];
    }
}

/// <summary>One task as it runs.</summary>
/// <param name="Entry">What the author declared.</param>
/// <param name="Scope">The scope that pays; its row in the iteration table too.</param>
sealed record PlannedTask(TaskEntry Entry, int Scope);
