using System.Diagnostics;
using LeanLoad.Cli;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Stats;
using LeanLoad.Users;

namespace LeanLoad;

/// <summary>
/// The load while it runs, of all groups: lets users in and out, begins and ends each group in its time, opens windows,
/// and takes changes. The pools of open models are made first, so that the rests in which memory is read hold up no
/// arrival; then is the load's time 0. On the control thread.
/// </summary>
sealed class RunningLoad
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly AgentOptions options;
    readonly LoopSet loops;
    readonly RunRecorder recorder;
    readonly GroupLoad[] groups;
    readonly long rampBeganAt = Stopwatch.GetTimestamp();
    readonly (WindowKind Kind, int Stage)?[] inGroups;
    long? beganAt;
    bool isSteady;
    bool isWarm;
    WindowKind window;

    public RunningLoad(
        AgentOptions options, LoopSet loops, ScenarioPlan scenario, Population population, RunRecorder recorder)
    {
        (this.options, this.loops, this.recorder) = (options, loops, recorder);
        Population = population;
        isWarm = options.WarmUp is null;
        groups =
            [.. scenario.Groups.Select(group => new GroupLoad(loops, group, population, options.Agent.Index))];
        inGroups = new (WindowKind, int)?[groups.Length];
        if (groups.All(static group => !group.Plan.IsOpen)) Begin(rampBeganAt);
    }

    public Population Population { get; }

    /// <summary>What runs side by side.</summary>
    public IReadOnlyList<GroupLoad> Groups => groups;

    /// <summary>Since the load's time 0: the first user, or where there are pools, their last; zero before.</summary>
    public TimeSpan Elapsed => Time ?? TimeSpan.Zero;

    /// <summary>Whether there is nothing left to do, or somebody has said so. Allocates nothing.</summary>
    public bool IsOver
    {
        get
        {
            if (StoppedBy is not null || loops.Run.IsStopping) return true;
            var time = Time;
            foreach (var group in groups)
            {
                if (!group.IsOverAt(time)) return false;
            }

            return true;
        }
    }

    /// <summary>Who asked for the end before its time; null: nobody.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>Whether no iteration begins any more.</summary>
    public bool IsStopping { get; private set; }

    public int Epoch => recorder.Windows.Epoch;

    TimeSpan? Time => beganAt is { } at ? Stopwatch.GetElapsedTime(at) : null;

    TimeSpan SinceRamp => Stopwatch.GetElapsedTime(rampBeganAt);

    /// <summary>Does what is due now.</summary>
    public void Step()
    {
        if (Population.Step(recorder.Elapsed, SinceRamp, Time)) recorder.Reached(Population);
        // The run ends now: a ramp that was stopped has not become steady.
        if (Population.Decision.Admission == Admission.Stop) return;
        if (beganAt is null && Population.HasPools)
        {
            // What the start has touched of the program is not needed again; before the first arrival, which must not
            // wait for it.
            ProgramPages.LetGo();
            Begin(Stopwatch.GetTimestamp());
        }

        foreach (var group in groups) group.LetGo();
        if (!isSteady && beganAt is not null && Population.IsComplete)
        {
            isSteady = true;
            recorder.Enter(RunPhase.Steady);
            if (groups.All(static group => !group.Plan.IsOpen)) ProgramPages.LetGo();
        }

        recorder.Windows.CountUsers(loops, recorder.Elapsed);
        if (Time is not { } time) return;
        EndGroups(time);
        OpenWindows(time);
    }

    /// <summary>Cuts what groups that are over have left in flight, once it has had its time.</summary>
    public void CutWhatIsLate()
    {
        foreach (var group in groups) group.CutWhatIsLate(Elapsed, options.StopTimeout);
    }

    /// <summary>No iteration begins any more.</summary>
    /// <param name="patience">How long a loop that is blocked is waited for.</param>
    public void Stop(TimeSpan patience)
    {
        IsStopping = true;
        recorder.Windows.CountUsers(loops, recorder.Elapsed);
        // What was due until now still begins; from then on nothing does.
        loops.Ask(static loop => loop.EndArrivals(), patience);
        loops.Run.Stop();
        loops.Ask(static loop => loop.BeginStop(), patience);
        if (window != WindowKind.CoolDown) Open(WindowKind.CoolDown, isReset: false);
    }

    /// <summary>From now on so many users; of an open model, so many in the pool.</summary>
    /// <param name="users">How many.</param>
    /// <param name="scenario">In which group; null: in the only one.</param>
    /// <returns>Null, or why not.</returns>
    public string? SetUsers(int users, string? scenario = null) => Refusal() ?? (Find(scenario, out var problem)
        is { } group ? group.SetUsers(users, SinceRamp, Time) : problem);

    /// <summary>From now on so many arrivals per second; the model is open.</summary>
    /// <param name="perSecond">How many.</param>
    /// <param name="scenario">In which group; null: in the only one.</param>
    /// <returns>Null, or why not.</returns>
    public string? SetRate(double perSecond, string? scenario = null) =>
        Refusal() ?? (Find(scenario, out var problem) is { } group ? group.SetRate(perSecond) : problem);

    /// <summary>A new epoch: what began before is in none of its figures.</summary>
    /// <returns>Null, or why not.</returns>
    public string? Reset()
    {
        if (Refusal() is { } refused) return refused;
        isWarm = true;
        return Open(NextWindow(Elapsed), isReset: true) ? null
            : "a loop is blocked by some code, and begins the epoch when that lets go of it, or was refused memory";
    }

    /// <summary>Ends the run in order, or one group of it.</summary>
    /// <param name="who">Who asks.</param>
    /// <param name="scenario">Which group; null: the run.</param>
    /// <returns>Null, or why not.</returns>
    public string? AskToStop(string who, string? scenario = null)
    {
        if (Find(scenario ?? groups[0].Group.Name, out var problem) is not { } group) return problem;
        if (scenario is null || groups.Length == 1) StoppedBy ??= who;
        else group.End(Elapsed);
        return null;
    }

    /// <summary>The group of a name.</summary>
    /// <param name="scenario">Null: the only one.</param>
    /// <param name="problem">Why there is none.</param>
    public GroupLoad? Find(string? scenario, out string? problem)
    {
        problem = null;
        if (scenario is null && groups.Length == 1) return groups[0];
        if (groups.FirstOrDefault(group => group.Group.Name == scenario) is { } found) return found;
        string[] names = [.. groups.Select(static group => group.Group.Name)];
        var nearest = scenario is null ? null : NearestName.Of(scenario, names);
        problem = scenario is null
            ? $"say in which \"scenario\": {string.Join(", ", names)}"
            : $"there is no scenario \"{scenario}\"; there are {string.Join(", ", names)}"
                + (nearest is null ? "" : $"; did you mean \"{nearest}\"?");
        return null;
    }

    string? Refusal() => IsStopping || StoppedBy is not null ? "the run is stopping" : null;

    /// <summary>The books of each group, at one moment of each loop.</summary>
    public IReadOnlyList<Books> Books() => loops.ReadBooks(Patience);

    void Begin(long timestamp)
    {
        beganAt = timestamp;
        foreach (var group in groups) group.Begin(timestamp);
    }

    /// <summary>Ends the groups that are over while others go on; of the last, the run's end takes care.</summary>
    void EndGroups(TimeSpan time)
    {
        if (groups.Length == 1 || IsOver) return;
        foreach (var group in groups)
        {
            if (group.IsOverAt(time)) group.End(time);
        }

        CutWhatIsLate();
    }

    void OpenWindows(TimeSpan time)
    {
        if (!isWarm && time >= options.WarmUp)
        {
            isWarm = true;
            Open(NextWindow(time), isReset: true);
            return;
        }

        // Both: what goes on in each group is to be noted.
        var hasChanged = HasChanged(time);
        if (recorder.Windows.Marks.Count == 0 || hasChanged) Open(NextWindow(time), isReset: false);
    }

    bool Open(WindowKind kind, bool isReset)
    {
        HasChanged(Elapsed);
        window = kind;
        return recorder.OpenWindow(kind, isReset);
    }

    /// <summary>Notes what goes on in each group.</summary>
    /// <returns>Whether it is something else than before.</returns>
    bool HasChanged(TimeSpan time)
    {
        var hasChanged = false;
        for (var index = 0; index < groups.Length; index++)
        {
            var now = isWarm ? groups[index].WindowAt(time) : (WindowKind.WarmUp, 0);
            hasChanged |= now != inGroups[index];
            inGroups[index] = now;
        }

        return hasChanged;
    }

    /// <summary>
    /// What all groups together are in: steady only where each is that has begun, so that all of its figures belong to
    /// one load.
    /// </summary>
    WindowKind NextWindow(TimeSpan time)
    {
        if (!isWarm) return WindowKind.WarmUp;
        WindowKind[] kinds = [.. groups.Select(group => group.WindowAt(time)?.Kind).OfType<WindowKind>()];
        if (kinds.Contains(WindowKind.Ramp)) return WindowKind.Ramp;
        if (kinds.Contains(WindowKind.CoolDown)) return WindowKind.CoolDown;
        if (kinds.Length > 0) return WindowKind.Steady;
        return groups.Any(group => time < group.Plan.After) ? WindowKind.Ramp : WindowKind.CoolDown;
    }
}
