using LeanLoad.Load;

namespace LeanLoad.Users;

/// <summary>
/// The users of one group that were let in and not let go, in the order in which they came: the last come are the first
/// to go. For the control thread alone.
/// </summary>
/// <param name="loops">Where they run.</param>
/// <param name="group">Whose they are.</param>
/// <param name="plan">How many there are to be.</param>
/// <param name="supplies">What they are made from.</param>
sealed class Roster(LoopSet loops, UserGroup group, LoadPlan plan, Supplies supplies)
{
    readonly ClassMix mix = group.Mix();

    // The place of each one's class.
    readonly List<ushort> classes = [];
    int plateauAt;

    /// <summary>How many there are to be, and when; live changes included.</summary>
    public LoadPlan Plan { get; set; } = plan;

    /// <summary>Whether the group is over: its users stop, and nobody comes any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Users let in so far, those that were released again among them.</summary>
    public int Admitted { get; private set; }

    /// <summary>Users let in and not released.</summary>
    public int Present => classes.Count;

    /// <summary>Users whose start is under way.</summary>
    public int Starting => Admitted - loops.StartedOf(group.Index);

    /// <summary>Users that are there and whose start is complete and did not fail.</summary>
    public int Settled => Math.Max(0, Present - Starting - loops.FailedOf(group.Index));

    /// <summary>Whether everybody who was let in has come to an end.</summary>
    public bool IsGone => loops.GoneOf(group.Index) >= Admitted;

    /// <summary>Users that are to be there now.</summary>
    /// <param name="ramp">Since the ramp of the pools began.</param>
    /// <param name="load">Since the load's time 0; null before.</param>
    public int DueAt(TimeSpan ramp, TimeSpan? load)
    {
        if (IsOver) return 0;
        if (Plan.IsOpen) return Plan.UsersDueAt(ramp);
        return load is { } time && time >= Plan.After ? Plan.UsersDueAt(time - Plan.After) : 0;
    }

    /// <summary>Lets one in.</summary>
    /// <param name="index">Its number in the run.</param>
    public void Admit(int index)
    {
        var place = mix.Next();
        var user = group.Users[place];
        var loop = LoopOfLast(place);
        Admitted++;
        classes.Add((ushort)place);
        new Loop.LoopContext(loop.Loop).Post(_ => loop.Admit(user, index, supplies), null);
    }

    /// <summary>Whether there are as many users as it rests with, for the first time; true once for each.</summary>
    public bool TakePlateau()
    {
        if (Present <= plateauAt || !Rests.IsAt(Present, Plan.Users)) return false;
        plateauAt = Present;
        return true;
    }

    /// <summary>
    /// Lets the last come go: after their iteration, where they are in one. Of each class and loop the places of those
    /// who have gone of themselves, whose start failed or who stopped, are given up first.
    /// </summary>
    public void Release(int count)
    {
        var leaving = new Dictionary<(LoopUsers Loop, int Place), int>();
        for (; count > 0; count--)
        {
            int place = classes[^1];
            classes.RemoveAt(classes.Count - 1);
            var last = (LoopOfLast(place), place);
            leaving[last] = leaving.GetValueOrDefault(last) + 1;
            mix.TakeBack(place);
        }

        foreach (var ((loop, place), number) in leaving)
        {
            var user = group.Users[place];
            new Loop.LoopContext(loop.Loop).Post(_ => loop.Release(user, number), null);
        }
    }

    /// <summary>The group is over; who was there stops by itself.</summary>
    public void Close()
    {
        IsOver = true;
        classes.Clear();
    }

    /// <summary>
    /// Where the last user of a class runs: each class goes round the loops by itself, or classes that alternate would
    /// each stay on one.
    /// </summary>
    LoopUsers LoopOfLast(int place) =>
        loops.All[(int)((mix.Given(place) - 1 + group.Users[place].Index) % loops.All.Count)];
}
