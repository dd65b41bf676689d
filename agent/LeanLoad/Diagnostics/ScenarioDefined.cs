namespace LeanLoad.Diagnostics;

/// <summary>One of several scenarios that run side by side; only where there are several.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Name">As it was asked for.</param>
/// <param name="IsOpen">Whether its iterations arrive at a rate, whatever is answered.</param>
/// <param name="Users">The most users that it has at a time; of an open model the pool.</param>
/// <param name="After">When it begins, since the load began.</param>
/// <param name="Duration">How long it lasts; null where its iterations decide.</param>
/// <param name="Tasks">The scopes of its tasks: those of its iterations.</param>
sealed record ScenarioDefined(
    int Index, string Name, bool IsOpen, int Users, TimeSpan After, TimeSpan? Duration, IReadOnlyList<int> Tasks)
    : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.ScenarioDefined;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Count(Index);
        writer.Text(Name);
        writer.Bool(IsOpen);
        writer.Count(Users);
        writer.Time(After);
        writer.Bool(Duration is not null);
        if (Duration is { } duration) writer.Time(duration);
        writer.Count(Tasks.Count);
        foreach (var task in Tasks) writer.Count(task);
    }

    internal static ScenarioDefined Read(ref RecordReader reader)
    {
        var (index, name, isOpen, users, after) =
            (reader.SmallCount(), reader.Text(), reader.Bool(), reader.SmallCount(), reader.Time());
        TimeSpan? duration = reader.Bool() ? reader.Time() : null;
        var tasks = new int[reader.ListCount()];
        for (var task = 0; task < tasks.Length; task++) tasks[task] = reader.SmallCount();
        return new(index, name, isOpen, users, after, duration, tasks);
    }
}
