using LeanLoad.Diagnostics;
using LeanLoad.Stats;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Report;

/// <summary>
/// Judges thresholds by the figures of the present epoch. A figure that does not exist fails: what was not measured
/// can't be shown to hold.
/// </summary>
/// <param name="requests">By name id.</param>
/// <param name="nameOf">The name of an id.</param>
/// <param name="tasks">By task: <c>HubUser.Registry</c>, which <c>Registry</c> alone finds too.</param>
/// <param name="books">What became of the planned iterations.</param>
/// <param name="loadTime">What the throughput of requests refers to.</param>
sealed class ThresholdJudge(
    IReadOnlyDictionary<int, RequestStats> requests, Func<int, string> nameOf,
    IReadOnlyList<NamedIterations> tasks, Books books, TimeSpan loadTime)
{
    /// <summary>The scenarios that ran: the iterations of all their tasks.</summary>
    public IReadOnlyList<NamedIterations> Scenarios { get; init; } = [];

    /// <summary>Fewer requests say nothing about a percentile or a share before the end.</summary>
    const int EnoughToFailEarly = 100;

    /// <summary>Judges one at the end.</summary>
    public ThresholdJudged Judge(Threshold threshold)
    {
        var figure = FigureOf(threshold);
        return figure.Value is { } value
            ? new ThresholdJudged(threshold.Text, threshold.Fails(value), figure.Text)
            : new ThresholdJudged(threshold.Text, true, $"unknown ({figure.Text})");
    }

    /// <summary>
    /// What is wrong with the name of one, as far as names are known by now, for people; null where it has none, or
    /// something is called so.
    /// </summary>
    public string? UnknownName(Threshold threshold) =>
        FigureOf(threshold) is { HasUnknownName: true } figure ? figure.Text : null;

    /// <summary>Whether one has failed already, whatever comes.</summary>
    public bool HasFailed(Threshold threshold) =>
        threshold.CanFailEarly && FigureOf(threshold) is { Value: { } value, Samples: >= EnoughToFailEarly }
            && threshold.Fails(value);

    Figure FigureOf(Threshold threshold)
    {
        switch (threshold.Metric)
        {
            case ThresholdMetric.Late: return new(books.Late, Count(books.Late), long.MaxValue);
            case ThresholdMetric.Dropped: return new(books.Dropped, Count(books.Dropped), long.MaxValue);
            default: break;
        }

        var (row, task, time) = (new RequestStats(), new IterationStats(), TimeSpan.Zero);
        var isKnown = threshold.Name is null;
        foreach (var (id, stats) in requests)
        {
            if (threshold.Name is not null && nameOf(id) != threshold.Name) continue;
            row.Merge(stats);
            isKnown |= !stats.IsEmpty;
        }

        // Of what makes no requests, iterations are what there is; of a name that is a task's, they are what is meant.
        if (row.Requests > 0) return OfRequests(threshold, row);
        foreach (var (name, stats, lasted) in tasks)
        {
            if (threshold.Name is { } asked && name != asked && !name.EndsWith("." + asked, StringComparison.Ordinal))
            {
                continue;
            }

            task.Merge(stats);
            if (lasted > time) time = lasted;
            isKnown = true;
        }

        if (!isKnown && Scenarios.FirstOrDefault(one => one.Name == threshold.Name) is { } scenario)
        {
            (task, time, isKnown) = (scenario.Stats, scenario.Time, true);
        }

        if (!isKnown) return new(null, Unknown(threshold.Name!), 0) { HasUnknownName = true };
        return task.Iterations == 0 ? NotMeasured : OfIterations(threshold, task, time);
    }

    string Unknown(string name)
    {
        var requested = requests.Where(static row => !row.Value.IsEmpty).Select(row => nameOf(row.Key));
        var done = tasks.SelectMany(static task => new[] { task.Name[(task.Name.IndexOf('.') + 1)..], task.Name });
        var nearest = NearestName.Of(
            name, [.. requested, .. done, .. Scenarios.Select(static scenario => scenario.Name)]);
        return $"nothing is named \"{name}\"" + (nearest is null ? "" : $"; did you mean \"{nearest}\"?");
    }

    Figure OfRequests(Threshold threshold, RequestStats row) => threshold.Metric switch
    {
        <= ThresholdMetric.Max => OfTimes(threshold, threshold.IsService ? row.Service : row.Response),
        _ => OfCounts(threshold.Metric, row.Requests, row.Failures, loadTime),
    };

    static Figure OfIterations(Threshold threshold, IterationStats task, TimeSpan time) =>
        threshold.Metric switch
        {
            <= ThresholdMetric.Max => OfTimes(threshold, task.Time),
            _ => OfCounts(threshold.Metric, task.Iterations, task.Failures, time),
        };

    static Figure OfTimes(Threshold threshold, LatencyHistogram times)
    {
        if (times.Count == 0) return NotMeasured;
        var us = threshold.Metric switch
        {
            ThresholdMetric.Mean => times.MeanUs,
            ThresholdMetric.Max => times.MaxUs,
            _ => times.Percentile(threshold.Percent),
        };
        return new(us, Time(us), times.Count);
    }

    static Figure OfCounts(ThresholdMetric metric, long count, long failures, TimeSpan time) =>
        metric switch
        {
            ThresholdMetric.Failures => new(failures, Count(failures), long.MaxValue),
            ThresholdMetric.FailureShare => new(100.0 * failures / count, Share(failures, count), count),
            ThresholdMetric.Requests => new(count, Count(count), long.MaxValue),
            _ => time > TimeSpan.Zero ? new(count / time.TotalSeconds, $"{Rate(count / time.TotalSeconds)}/s", count)
                : NotMeasured,
        };

    static Figure NotMeasured => new(null, "nothing was measured", 0);

    /// <summary>What a threshold is held against.</summary>
    /// <param name="Value">In the threshold's unit; null where it does not exist.</param>
    /// <param name="Text">It for people, or why there is none.</param>
    /// <param name="Samples">How many requests or iterations it was made from; all there can be, where it only grows.
    /// </param>
    readonly record struct Figure(double? Value, string Text, long Samples)
    {
        /// <summary>Whether there is none because nothing is called as the threshold asks.</summary>
        public bool HasUnknownName { get; init; }
    }
}

/// <summary>The iterations of a task, or of all tasks of a scenario.</summary>
/// <param name="Name">Of a task: <c>HubUser.Registry</c>.</param>
/// <param name="Stats">Of the present epoch.</param>
/// <param name="Time">What their throughput refers to: how long its scenario lasted in that epoch.</param>
sealed record NamedIterations(string Name, IterationStats Stats, TimeSpan Time);
