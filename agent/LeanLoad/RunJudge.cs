using LeanLoad.Cli;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Stats;
using LeanLoad.Users;

namespace LeanLoad;

/// <summary>
/// What comes of a run, while it goes on and at its end: whether it is pointless to go on, whether thresholds have
/// failed, and what the figures are worth.
/// </summary>
sealed class RunJudge(RunRequest request, LoopSet loops, RunRecorder recorder)
{
    /// <summary>In the middle of a run, a loop that is blocked is asked again a second later.</summary>
    static readonly TimeSpan Meanwhile = TimeSpan.FromMilliseconds(10);

    /// <summary>At its end, nobody asks again.</summary>
    static readonly TimeSpan AtLast = TimeSpan.FromSeconds(1);

    /// <summary>Whether figures of a generator that was the limit itself are taken as they are.</summary>
    bool TakesLimited => request.Options.WhenLimited == WhenLimited.Warn;

    /// <summary>What makes it pointless to go on; null where nothing does.</summary>
    /// <param name="population">Who was let in.</param>
    /// <param name="enough">Requests without an answer, or users that failed to start, that it takes to say so: a few
    /// in the middle of a run, one at its end.</param>
    public Outcome? Pointless(Population population, int enough)
    {
        if (loops.Failed >= Math.Min(enough, request.Schedule.MostUsers) && loops.Failed == population.Admitted
            && loops.Run.Faults.FirstOrDefault() is { } fault)
        {
            return Outcome.NoUserStarted(fault);
        }

        if (loops.Requests == 0 || loops.Requests > loops.Failures) return null;
        // A loop that does not answer may know of a response.
        if (!AskNow(enough > 1 ? Meanwhile : AtLast, out var requests, out _)) return null;
        return Outcome.IsUnreachable(requests, enough, out var example)
            ? Outcome.Unreachable(loops.Run.Faults.FirstOrDefault(), example)
            : null;
    }

    /// <summary>Where the governor has stopped the run: nobody begins anything any more.</summary>
    public Outcome? OverMemory(Population population)
    {
        if (population.Decision.Admission != Admission.Stop) return null;
        loops.Run.Stop();
        return Outcome.OverMemory(population);
    }

    /// <summary>What a run came to whose users have all stopped, and that nothing else has decided.</summary>
    public Outcome AtEnd(Population population, string? stoppedBy)
    {
        return Pointless(population, enough: 1) ?? Limited() ?? Outcome.WithoutSuccess(loops)
            ?? Outcome.Passed(population, stoppedBy);
    }

    Outcome? Limited()
    {
        if (TakesLimited || loops.Failures == 0) return null;
        AskNow(AtLast, out var requests, out _);
        lock (requests) return Outcome.GeneratorLimited(requests);
    }

    /// <summary>The first threshold that has failed, whatever comes; null while all may hold.</summary>
    /// <param name="patience">How long a loop that is blocked is waited for.</param>
    public Threshold? FailedAlready(TimeSpan patience)
    {
        AskNow(patience, out var requests, out var iterations);
        lock (requests) return request.Options.FailIf.FirstOrDefault(Thresholds(requests, iterations).HasFailed);
    }

    /// <summary>
    /// With the explanation and the thresholds; a run that passed so far may fail by them, or be worth nothing.
    /// </summary>
    public RunResult Judged(RunResult result, RunningLoad load)
    {
        var judge =
            Thresholds(ResultBuilder.RequestsOf(loops), ResultBuilder.IterationsOf(loops), result.LoadTime);
        result = result with { Thresholds = [.. request.Options.FailIf.Select(judge.Judge)] };
        result = result with { Explanation = Explanation.Of(result, FactsOf(load)) };
        if (result.ExitCode != 0 || request.Options.IsPlan) return result;
        var limit = TakesLimited ? null : GeneratorVerdict.Problem(result.Generator);
        return result.With(result.Outcome.WithThresholds(result.Thresholds).WithGenerator(limit));
    }

    LoadFacts FactsOf(RunningLoad load) => new(
        [.. load.Groups.Select(FactsOf)], load.Groups.Count == 1 ? recorder.Levels.Known(30) : []);

    GroupFacts FactsOf(GroupLoad load)
    {
        var index = load.Group.Index;
        return new GroupFacts(load.Group.Name, load.Plan.IsOpen, load.Plan.Users, loops.BegunLate(index),
            loops.BooksOf(index), ResultBuilder.WindowsOf(loops, recorder.Windows, index));
    }

    /// <summary>
    /// Thresholds whose name nothing has been called by so far, for people: names of requests are known once they are
    /// made. Such a threshold fails in the end. Of those that the start doubted, there is nothing new to tell.
    /// </summary>
    /// <param name="patience">How long a loop that is blocked is waited for.</param>
    /// <returns>Null where one did not answer in time: it may know names that no other does.</returns>
    public IReadOnlyList<string>? UnknownNames(TimeSpan patience)
    {
        if (request.NamesToLearn.Count == 0) return [];
        if (!AskNow(patience, out var requests, out var iterations)) return null;
        lock (requests)
        {
            var judge = Thresholds(requests, iterations);
            return [.. request.NamesToLearn.Select(threshold => judge.UnknownName(threshold) is { } problem
                ? $"--fail-if \"{threshold.Text}\" fails the run unless that changes: {problem}" : null)
                .OfType<string>()];
        }
    }

    /// <summary>
    /// What has been counted so far, each loop's part told by itself between two of its steps: its tables are its own.
    /// </summary>
    /// <param name="patience">How long a loop that is blocked is waited for.</param>
    /// <param name="requests">By name id; a loop that comes too late still adds to it, under its lock.</param>
    /// <param name="iterations">By the scope of their task; under the same lock.</param>
    /// <returns>Whether all loops have answered.</returns>
    bool AskNow(TimeSpan patience, out SortedDictionary<int, RequestStats> requests,
        out SortedDictionary<int, IterationStats> iterations)
    {
        var (allRequests, allIterations) =
            (new SortedDictionary<int, RequestStats>(), new SortedDictionary<int, IterationStats>());
        (requests, iterations) = (allRequests, allIterations);
        return loops.Ask(loop =>
        {
            lock (allRequests)
            {
                loop.Http.Requests.AddTo(allRequests);
                loop.Iterations.AddTo(allIterations);
            }
        }, patience);
    }

    ThresholdJudge Thresholds(
        SortedDictionary<int, RequestStats> requests, SortedDictionary<int, IterationStats> iterations) =>
        Thresholds(requests, iterations, recorder.Elapsed - recorder.Windows.EpochBegan);

    ThresholdJudge Thresholds(SortedDictionary<int, RequestStats> requests,
        SortedDictionary<int, IterationStats> iterations, TimeSpan loadTime)
    {
        var tasks = new List<NamedIterations>();
        var scenarios = new List<NamedIterations>();
        foreach (var group in request.Scenario.Groups)
        {
            var (sum, time) = (new IterationStats(), OwnTime(group, loadTime));
            foreach (var task in group.Users.SelectMany(static user => user.Tasks))
            {
                if (!iterations.TryGetValue(task.Scope, out var stats)) continue;
                tasks.Add(new NamedIterations(request.Scenario.Scopes[task.Scope].Name, stats, time));
                sum.Merge(stats);
            }

            scenarios.Add(new NamedIterations(group.Name, sum, time));
        }

        return new(requests, id => loops.Names[id], tasks, loops.Books, loadTime) { Scenarios = scenarios };
    }

    TimeSpan OwnTime(UserGroup group, TimeSpan loadTime)
    {
        var windows = recorder.Windows;
        if (recorder.Scenarios.Count == 0 || windows.Marks.Count == 0) return loadTime;
        return ScenarioRow.OwnTime(recorder.Scenarios[group.Index], loops.Run.Groups[group.Index].EndedAt,
            windows.EpochBegan - windows.Marks[0].Began, loadTime);
    }
}
