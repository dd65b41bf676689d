using LeanLoad.Cli;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Users;
using Serilog;

namespace LeanLoad;

/// <summary>
/// What the control thread tells and asks while users run: what memory does at each look, and once a second the
/// figures of that second, what has failed already, and how far the run is. Allocates nothing at a look that finds
/// nothing.
/// </summary>
/// <param name="request">What runs.</param>
/// <param name="loops">Where.</param>
/// <param name="load">The load.</param>
/// <param name="memory">Who reads memory.</param>
/// <param name="judge">Who says whether to go on.</param>
/// <param name="recorder">Who is told.</param>
/// <param name="log">Where people are told.</param>
sealed class UsersWatch(
    RunRequest request, LoopSet loops, RunningLoad load, MemoryReader memory, RunJudge judge, RunRecorder recorder,
    ILogger log)
{
    static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);

    static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    /// <summary>
    /// So long after the last scenario began most requests have been made once, and their names are known.
    /// </summary>
    static readonly TimeSpan NamesKnownAfter = TimeSpan.FromSeconds(5);

    /// <summary>A loop that is blocked is asked again a second later.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    readonly Population population = load.Population;
    readonly PageThrash pages = new();
    TimeSpan nextTick = TickEvery;
    TimeSpan nextProgress = ProgressEvery;
    bool areNamesChecked;

    /// <summary>Looks.</summary>
    /// <param name="ramp">Since the first user was let in.</param>
    /// <returns>What makes it pointless to go on; null where nothing does.</returns>
    public Outcome? Look(TimeSpan ramp)
    {
        TellLimitChange();
        recorder.WarnOf(population.Guard);
        recorder.WarnOf(memory);
        if (ramp < nextTick) return null;
        nextTick += TickEvery;
        var outcome = Tick();
        if (ramp >= nextProgress)
        {
            nextProgress += ProgressEvery;
            LogProgress();
        }

        return outcome;
    }

    void TellLimitChange()
    {
        if (population.Guard.TakeLimitChange() is not { } change) return;
        recorder.Follow(population.Guard.Resolve());
        var fit = population.Verdict().UsersThatFit is { } users
            ? $" As it is, {Counted.Of(users, "user fits", "users fit")}." : "";
        recorder.Warn(change.Code, change.Text + fit);
        recorder.Planned(population);
    }

    /// <summary>
    /// All have ended: tells what was not told yet, and the budget as it was last, so that the results have the one
    /// that the outcome was made by.
    /// </summary>
    /// <param name="start">What the users began with.</param>
    public void TellBudget(Bytes? start)
    {
        TellLimitChange();
        var told = recorder.Budget is { } changed ? changed.Amount : start;
        if (population.Guard.Budget != told) recorder.Follow(population.Guard.Resolve());
    }

    Outcome? Tick()
    {
        memory.WatcherBuffer = LeanLoadEventSource.Log.Buffers;
        memory.ReadProportional();
        recorder.Tick(population);
        if (pages.Look(population.Reading, memory.Ahead) is { } thrash) recorder.Warn("pages", thrash);
        WarnOfNames();
        if (request.Options.FailFast && judge.FailedAlready(Patience) is { } failed)
        {
            load.AskToStop($"--fail-fast at {failed.Text}");
        }

        return judge.Pointless(population, enough: 10);
    }

    void WarnOfNames()
    {
        if (areNamesChecked || load.Elapsed - request.Schedule.LastAfter < NamesKnownAfter
            || judge.UnknownNames(Patience) is not { } unknown)
        {
            return;
        }

        areNamesChecked = true;
        foreach (var problem in unknown) recorder.Warn(problem, problem);
    }

    void LogProgress() => log.Information(
        "{Elapsed:0} s  users {Running} of {Planned}  requests {Requests}  failed {Failures}  memory {Memory}",
        recorder.Elapsed.TotalSeconds, loops.Running, population.Planned, loops.Requests, loops.Failures,
        population.Guard.Budget is { } amount ? $"{population.Reading.Unreclaimable} of {amount}"
            : population.Reading.Unreclaimable.ToString());
}
