using static LeanLoad.Report.Quantities;

namespace LeanLoad.Report;

/// <summary>
/// Why a run's figures are as they are, in sentences: which model ran, the books closed with N = X (R + Z) (Little,
/// 1961), where throughput stopped growing, who waited for whom, and what was the limit. What the data do not carry is
/// not said.
/// </summary>
static class Explanation
{
    /// <summary>Fewer iterations close no books.</summary>
    const int Enough = 30;

    /// <summary>Beyond this the books are wrong, and so is something that they are made of.</summary>
    const double LargestError = 0.02;

    /// <summary>Seconds that a loop takes at most from a user's iteration to its next, if nobody else is due.</summary>
    const double LongestBetween = 5e-6;

    /// <summary>The sentences, in order; none where there was no load.</summary>
    public static IReadOnlyList<string> Of(RunResult run, LoadFacts facts)
    {
        if (run.Books is not { Planned: > 0 }) return [];
        var sentences = new List<string>();
        var knee = default((double Users, double Highest)?);
        foreach (var group in facts.Groups)
        {
            List<string> own = group.Books.Planned == 0 ? ["nothing of it began."]
                : group.IsOpen ? [.. Open(group)] : [.. Closed(group, facts.Levels, out knee)];
            if (facts.Groups.Count > 1) own[0] = $"{group.Name}: {own[0]}";
            sentences.AddRange(own);
        }

        sentences.Add(Limit(run, facts, knee));
        if (knee is not null)
        {
            sentences.Add("For more than that, ask for it: with --rate arrivals come whatever is answered.");
        }

        return sentences;
    }

    static List<string> Closed(
        GroupFacts group, IReadOnlyList<LoadLevel> levels, out (double Users, double Highest)? knee)
    {
        knee = null;
        if (group.Steady(Enough) is not { } steady)
        {
            return ["Closed model: each user waits for its answers. There was no steady window with 30 iterations, so "
                + "that no books can be closed."];
        }

        var (n, x) = (steady.Summed.MeanUsers, steady.IterationsPerSecond);
        var (r, z) = (steady.Summed.IterationTime.TotalSeconds / steady.Summed.Iterations,
            steady.Summed.PauseTime.TotalSeconds / steady.Summed.Iterations);
        var error = n > 0 ? Math.Abs(n - x * (r + z)) / n : 1;
        // What begins before a window and ends in it, and what does not end in it, make up for each other only over
        // several rounds.
        var isLong = steady.Duration.TotalSeconds >= 10 * (r + z);
        List<string> sentences =
        [
            "Closed model: each user waits for its answer and then thinks, so users / (time + pause) is "
                + $"the throughput: {Rate(n)} / ({Time(r * 1e6)} + {Time(z * 1e6)})"
                + $" = {Rate(n / (r + z))} iterations/s, measured {Rate(x)}" + (isLong
                    ? $" (books close to {Percent(error)})." : " (the window is too short for its books to close)."),
        ];
        if (isLong && error > LargestError)
        {
            sentences.Add(WhatIsMissing(error, n / x - (r + z), (r + z) / steady.Duration.TotalSeconds));
        }

        var (waiting, thinking) = (Math.Min(n, x * r), Math.Min(n, x * z));
        sentences.Add($"On average {Rate(waiting)} users were waiting for answers and {Rate(thinking)} thinking.");
        knee = Knee(levels, z);
        if (knee is { } found)
        {
            sentences.Add($"Throughput stopped growing near {Rate(found.Users)} users, at {Rate(found.Highest)} "
                + $"iterations/s; every further user adds {Time(1e6 / found.Highest)} to everyone's time.");
        }

        return sentences;
    }

    /// <summary>Where books do not close: by what that is explained, or that nothing explains it.</summary>
    /// <param name="error">What is missing, a part of the whole.</param>
    /// <param name="between">Seconds from one iteration to the next in which the user neither acts nor pauses.</param>
    /// <param name="cut">What a window adds or takes at most by cutting one round of each user: a part, too.</param>
    static string WhatIsMissing(double error, double between, double cut) =>
        between is > 0 and < LongestBetween
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"The rest is the generator's own {between * 1e6:0.0} us between two iterations.")
            : error <= LargestError + cut
                ? $"The window's edges cut a round of each user, which is {Percent(cut)}."
                : $"That is more than {Percent(LargestError)}: something in these figures is not what it seems.";

    static IEnumerable<string> Open(GroupFacts group)
    {
        var books = group.Books;
        var late = group.BegunLate == 0 && books.Late == 0
            ? "each found a free user"
            : $"{Count(group.BegunLate)} had to wait for a free user and began late, {Count(books.Late)} never began";
        var dropped = books.Dropped > 0 ? $", {Counted.Of(books.Dropped, "was", "were")} dropped" : "";
        yield return $"Open model: {Counted.Of(books.Planned, "iteration was", "iterations were")} due by the rate, "
            + $"whatever was answered; {late}{dropped}."
            + " Response times count from when each was due.";
        if (group.Steady(Enough) is { } steady)
        {
            var r = steady.Summed.IterationTime.TotalSeconds / steady.Summed.Iterations;
            yield return $"At {Rate(steady.IterationsPerSecond)} iterations/s of {Time(r * 1e6)} each, "
                + $"{Rate(steady.IterationsPerSecond * r)}{(books.Late > 0 ? " of those that ended" : "")} were under "
                + "way or waiting on average; the pool has "
                + $"{Counted.Of(group.Users, "user")}.";
        }
    }

    /// <summary>One sentence: what kept the throughput from being higher, or the times from being lower.</summary>
    static string Limit(RunResult run, LoadFacts facts, (double Users, double Highest)? knee)
    {
        if (GeneratorVerdict.Problem(run.Generator) is { } problem)
        {
            return $"The generator was the limit, and the results are not valid: {problem}.";
        }

        var generator = run.Generator is { } summed && summed.Load > TimeSpan.Zero
            ? $"The generator's busiest loop was {Share(summed.BusiestLoop.Ticks, summed.Load.Ticks)} busy"
                + (summed.Slip.Count > 0 ? $" and late by {Time(summed.Slip.Percentile(99))} at p99" : "")
            : "";
        var (service, response) = (run.Requests.All.Service?.MeanUs ?? 0, run.Requests.All.Response?.MeanUs ?? 0);
        if (facts.Groups.FirstOrDefault(static group => group.IsOpen && group.Missed * 1000 > group.Books.Planned)
            is { } starved)
        {
            var whose = facts.Groups.Count > 1 ? $" of {starved.Name}" : "";
            return $"{generator}: the pool of {Counted.Of(starved.Users, "user")}{whose} was the limit, as "
                + $"{Share(starved.Missed, starved.Books.Planned)} of the arrivals found none free; "
                + "the target took longer than the pool was made for. Give it more users, or see why it is slow.";
        }

        // Not of the few requests that opened connections which were used ever after.
        var isCommon = run.Requests.All.Response?.P90Us > 2 * run.Requests.All.Service?.P90Us;
        if (facts.Groups.All(static group => !group.IsOpen) && isCommon
            && response > 2 * service && response - service > 1000)
        {
            return $"{generator}: connecting was the limit. A request waited {Time(response - service)} before it "
                + $"was sent, and {Time(service)} for its answer.";
        }

        if (knee is not null) return $"{generator}: the target is the limit, or the network before it.";
        return generator.Length == 0 ? "Nothing tells what was the limit."
            : $"{generator}; no limit was met: the load is what was asked for.";
    }

    /// <summary>
    /// Where throughput stopped growing: N* = Xmax (R0 + Z). Only where the data carry one: at least two levels below
    /// it and two above, the time at the top half as long again as at the bottom, and the throughput at the top no
    /// longer growing with the users.
    /// </summary>
    internal static (double Users, double Highest)? Knee(IReadOnlyList<LoadLevel> levels, double z)
    {
        if (levels.Count < 4) return null;
        var (bottom, top, highest) = (levels[0], levels[^1], levels.Max(static level => level.PerSecond));
        var users = highest * (bottom.ResponseSeconds + z);
        var isGrown = top.ResponseSeconds > 1.5 * bottom.ResponseSeconds;
        var isFlat = top.PerSecond < 0.8 * top.Users / (bottom.ResponseSeconds + z);
        return isGrown && isFlat && levels.Count(level => level.Users < users) >= 2
            && levels.Count(level => level.Users > users) >= 2 ? (users, highest) : null;
    }

    static string Percent(double part) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{part * 100:0.0} %");
}
