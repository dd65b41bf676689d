namespace LeanLoad.Users;

/// <summary>
/// Where one user stands in its flows. Only users of a class with flows or a sequence have one: 56 bytes, of which 24
/// are the array's, and 8 for each depth. Moving it allocates nothing.
/// </summary>
sealed class FlowCursor
{
    readonly Place[] places;
    TaskGroup group;

    /// <param name="root">The steps of the user's class.</param>
    public FlowCursor(TaskGroup root)
    {
        places = new Place[root.MostDepth + 1];
        group = root;
    }

    /// <summary>
    /// The next task. The user itself begins anew at its end; a flow that is done hands back to what is around it.
    /// </summary>
    public PlannedTask Next(ref UserRandom random)
    {
        while (true)
        {
            if (!TryStep(ref random, out var step)) Leave();
            else if (step.Task is { } task) return task;
            else Enter(step.Group!);
        }
    }

    /// <summary>Goes on behind the innermost flow.</summary>
    public void Leave()
    {
        places[group.Depth] = default;
        group = group.Parent ?? group;
    }

    void Enter(TaskGroup flow)
    {
        group = flow;
        places[flow.Depth] = default;
    }

    bool TryStep(ref UserRandom random, out TaskGroup.Step step)
    {
        ref var place = ref places[group.Depth];
        if (group.Order == TaskOrder.Weighted)
        {
            step = default;
            if (group.Parent is not null && place.Done >= group.Picks) return false;
            place.Done++;
            step = group.Pick(random.NextUniform());
            return true;
        }

        if (place.Index < group.Steps.Count && place.Done >= group.Steps[place.Index].Weight)
        {
            place = new Place(place.Index + 1, 0);
        }

        step = default;
        if (place.Index >= group.Steps.Count) return false;
        place.Done++;
        step = group.Steps[place.Index];
        return true;
    }

    /// <summary>
    /// Of one depth: which step of a sequence, and how often it was done; of a weighted group only how many were
    /// picked.
    /// </summary>
    record struct Place(int Index, int Done);
}
