using System.Collections.Concurrent;

namespace LeanLoad.Judge;

/// <summary>
/// Judges cases, a few at a time, and keeps what it found in a file, so that an ended judge goes on where it was.
/// </summary>
/// <param name="agent">The hungry agent, native.</param>
/// <param name="path">The results' file.</param>
/// <param name="parallel">Cases at a time.</param>
/// <param name="log">Hears of each case.</param>
/// <param name="holdsToo">Whether each case runs with users held, too.</param>
/// <param name="isUnread">Whether each run is of a copy of the agent that nobody has read.</param>
sealed class Court(
    string agent, string path, int parallel, TextWriter log, bool holdsToo = true, bool isUnread = false)
{
    /// <summary>The cases that a file holds, the last of each; none where there is no such file.</summary>
    public static IEnumerable<CaseResult> Known(string path) =>
        (File.Exists(path) ? File.ReadLines(path).Select(CaseResult.OfLine).OfType<CaseResult>() : [])
            .GroupBy(static one => one.Key).Select(static one => one.Last());

    /// <summary>Those of them that were begun last, where the same names have stood for other cases.</summary>
    public static IEnumerable<CaseResult> OfLatestEdition(string path) =>
        Known(path).GroupBy(static one => one.Edition).MaxBy(static same => same.Key) ?? Enumerable.Empty<CaseResult>();

    public async Task<IReadOnlyList<CaseResult>> JudgeAsync(IReadOnlyList<Case> cases, CancellationToken cancel)
    {
        var known = Known(path).Where(one => !holdsToo || one.Held is not null)
            .ToDictionary(static one => one.Key);
        var todo = cases.Where(one => !known.ContainsKey(Key(one))).ToList();
        log.WriteLine($"{Counted.Of(cases.Count, "case")}, {todo.Count} to run, results in {path}");
        var found = new ConcurrentBag<CaseResult>(
            cases.Where(one => known.ContainsKey(Key(one))).Select(one => known[Key(one)]));
        if (!isUnread) UnreadCopy.Read(agent);
        await using var target = await Target.StartAsync();
        var directory = Directory.CreateTempSubdirectory("leanload-judge-").FullName;
        var run = new CaseRun(new CagedRun(agent, target, directory, isUnread), holdsToo);
        var writing = new Lock();
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancel };
            await Parallel.ForEachAsync(todo, options, async (one, ended) =>
            {
                var result = await run.RunAsync(one, ended);
                found.Add(result);
                lock (writing)
                {
                    File.AppendAllText(path, result.ToLine() + "\n");
                    log.WriteLine($"{found.Count,5} {result.Id,-32} {result.Truth,-12} {result.On.Ending,-8} "
                        + $"{result.Held?.Ending}");
                }
            });
        }
        finally
        {
            // Journals of runs that ended as no run may are kept.
            if (!Directory.EnumerateFileSystemEntries(directory).Any()) Directory.Delete(directory);
            else log.WriteLine($"Journals of runs that broke: {directory}");
        }

        return [.. found];
    }

    (string Id, double RampSeconds, bool IsUnread, int Edition) Key(Case one) =>
        (one.Id, one.RampSeconds, isUnread, Grid.Edition);
}
