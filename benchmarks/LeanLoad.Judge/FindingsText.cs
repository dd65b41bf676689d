using System.Globalization;
using System.Text;

namespace LeanLoad.Judge;

/// <summary>The findings as text: the confusion matrix, then each promise with what was found.</summary>
static class FindingsText
{
    static readonly (Untold Why, string Name)[] Untold =
    [
        (Judge.Untold.NoPeak, "left out: no peak"),
        (Judge.Untold.FewerUsers, "left out: not all started"),
        (Judge.Untold.NoProjection, "left out: no projection"),
    ];

    public static void Write(TextWriter output, IReadOnlyList<CaseResult> cases)
    {
        var found = new Findings(cases);
        output.WriteLine($"{Counted.Of(cases.Count, "case")}; the kernel's judgement with the guard off, and what the "
            + "guard did");
        SayNothing(output, found.Void);
        output.WriteLine($"  {"",-24}{"cases",8}{"passed",8}{"stopped",9}{"killed",8}{"broken",8}");
        Row(output, found, Truth.Killed, "killed with it off");
        Row(output, found, Truth.Edge, "peak above 95 %");
        Row(output, found, Truth.Near, "peak at 85 to 95 %");
        Row(output, found, Truth.Comfortable, "peak below");
        output.WriteLine();
        Hold(output, new HoldFindings(cases));
        output.WriteLine(Timed("lead, verdict to the kill it spared", found.Leads, "s"));
        output.WriteLine(Timed("the same, ramps of a minute", found.MinuteLeads, "s"));
        output.WriteLine(Timed("first warning to that kill, ramps of a minute", found.MinuteWarnings, "s"));
        MinuteRamps(output, found.MinuteRamps);
        output.WriteLine(Timed("warned at this share of the way", found.WarnedAt, ""));
        output.WriteLine(Timed("verdict to end of process", found.Endings, "s"));
        output.WriteLine(
            Line("longest stretch that the collector took most of", Of(found, static one => one.Collecting), "s"));
        output.WriteLine(Line("longest pause", Of(found, static one => one.Pause), "s"));
        output.WriteLine(Line("longest silence", Of(found, static one => one.Silence), "s"));
        output.WriteLine(found.Bursts.All == 0 ? "bursts that the kernel kills: no case tells"
            : $"bursts that the kernel kills: {found.Bursts.Stopped} of {found.Bursts.All} ended with 86 and complete "
            + "results");
        output.WriteLine();
        Projections(output, found);
        Goals(output, Goal.Of(found));

        List(output, "Killed though guarded:", found.Killed, On);
        List(output, "Stopped though it would have lived:", found.StoppedFalsely, On);
        List(output, "Broken:", found.Broken, On);
        var held = new HoldFindings(cases);
        List(output, "Killed under hold:", held.Killed, Held);
        List(output, "Stopped under hold though fewer users fit:", held.NotHeld, Held);
        List(output, "Held with a quarter of the limit free, two users later:", held.HeldEarly, Held);
        List(output, "Held though all users would have lived:", held.HeldFalsely, Held);
        List(output, "Broken under hold:", held.Broken, Held);
        List(output, $"Stood still for more than {Standstill.Most:0} s:", found.StoodStill, Still);
    }

    static RunOutcome On(CaseResult one) => one.On;

    // The last of those that ran guarded.
    static RunOutcome Held(CaseResult one) => one.Held ?? one.On;

    static RunOutcome Still(CaseResult one) => one.Guarded.First(static run => run.Stood.IsTooLong);

    static double[] Of(Findings found, Func<Standstill, double> what) => [.. found.Stood.Select(what).Order()];

    static void SayNothing(TextWriter output, int cases)
    {
        if (cases == 0) return;
        output.WriteLine($"  {Counted.Of(cases, "says", "say")} nothing: the machine was too busy to let all users in");
    }

    static void Hold(TextWriter output, HoldFindings found)
    {
        if (HoldFindings.Rows.Sum(found.Of) + found.Void == 0) return;
        output.WriteLine($"  {"with --over-memory hold",-24}{"cases",8}{"passed",8}{"held",8}{"stopped",9}{"killed",8}"
            + $"{"broken",8}");
        SayNothing(output, found.Void);
        string[] names =
            ["killed, fewer need less", "killed, others", "peak above 95 %", "peak at 85 to 95 %", "peak below"];
        foreach (var (row, name) in HoldFindings.Rows.Zip(names))
        {
            output.WriteLine($"  {name,-24}{found.Of(row),8}{found.Count(row, Ending.Passed),8}"
                + $"{found.Count(row, Ending.Held),8}{found.Count(row, Ending.Stopped),9}"
                + $"{found.Count(row, Ending.Killed),8}{found.Count(row, Ending.Broken),8}");
        }

        output.WriteLine();
        output.WriteLine(Line("peak of held runs, of their limit", found.Shares, ""));
    }

    // The last column says how many of them could have been warned of in time, by whomever.
    static void MinuteRamps(TextWriter output, IReadOnlyList<MinuteRamps> all)
    {
        if (all.Count == 0) return;
        output.WriteLine($"  {"by workload",-24}{"stopped",9}{"least",9}{"median",9}{">= 10 s",9}"
            + $"{"10 s with two who grow",24}");
        foreach (var ramps in all)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {ramps.Workload,-24}"
                + $"{ramps.Warnings.Count,9}{Findings.Quantile(ramps.Warnings, 0),8:0.0}s"
                + $"{Findings.Quantile(ramps.Warnings, 0.5),8:0.0}s{ramps.InTime,9}{ramps.Knowable,24}"));
        }
    }

    static void Row(TextWriter output, Findings found, Truth truth, string name) => output.WriteLine(
        $"  {name,-24}{found.Of(truth),8}{found.Count(truth, Ending.Passed),8}{found.Count(truth, Ending.Stopped),9}"
            + $"{found.Count(truth, Ending.Killed),8}{found.Count(truth, Ending.Broken),8}");

    // At each share of the users: the median of |projected - real| / real, the cases within the share's bound, and
    // those whose 95 % interval holds the peak.
    static void Projections(TextWriter output, Findings found)
    {
        output.WriteLine($"  {"projected, at this share",-26}{"10 %",22}{"25 %",22}{"50 %",22}");
        output.WriteLine($"  {"of the users",-26}"
            + string.Concat(Findings.Shares.Select(static at => $"{$"|err|  <={at.Bound * 100:0}%  held",22}")));
        foreach (var workload in found.Foretold.Append(null))
        {
            output.Write($"  {workload ?? "all",-26}");
            foreach (var (share, bound) in Findings.Shares)
            {
                var all = found.ForetoldAt(share, workload);
                if (all.Count == 0)
                {
                    output.Write($"{"no case tells",22}");
                    continue;
                }

                var median = Findings.Quantile(Foretelling.Errors(all), 0.5);
                var (within, held) = (all.Count(one => Math.Abs(one.Error) <= bound), all.Count(one => one.IsCovered));
                output.Write(string.Create(CultureInfo.InvariantCulture,
                    $"{$"{median * 100:0.0}% {within}/{all.Count} {held}/{all.Count}",22}"));
            }

            output.WriteLine();
        }

        foreach (var (why, name) in Untold)
        {
            int[] left = [.. Findings.Shares.Select(at => found.LeftOut(why, at.Share))];
            if (left.Sum() == 0) continue;
            output.WriteLine($"  {name,-26}" + string.Concat(left.Select(static cases => $"{cases,22}")));
        }
    }

    static void Goals(TextWriter output, IReadOnlyList<Goal> goals)
    {
        output.WriteLine();
        output.WriteLine($"  {"goals",-70}{"found",8}{"",12}");
        foreach (var goal in goals)
        {
            var bound = $"{(goal.IsLeast ? ">=" : "<=")} {Value(goal, goal.Bound)}";
            output.WriteLine($"  {goal.Name,-70}{Value(goal, goal.Found),8}{bound,12}  {goal.Result}");
        }
    }

    static string Value(Goal goal, double value) => double.IsNaN(value) ? "-"
        : goal.IsSeconds ? string.Create(CultureInfo.InvariantCulture, $"{value:0.##} s")
        : string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.#} %");

    static string Timed(string name, Figure figure, string unit) => Line(name, figure, unit)
        + (figure.LeftOut > 0 ? $"; left out, their stop is not in the journal: {figure.LeftOut}" : "");

    static string Line(string name, IReadOnlyList<double> sorted, string unit) => sorted.Count == 0
        ? $"{name}: no case tells"
        : string.Create(CultureInfo.InvariantCulture,
            $"{name}: median {Findings.Quantile(sorted, 0.5):0.###}{unit}, 1 % "
            + $"{Findings.Quantile(sorted, 0.01):0.###}{unit}, 95 % {Findings.Quantile(sorted, 0.95):0.###}{unit}, "
            + $"most {Findings.Quantile(sorted, 1):0.###}{unit} ({sorted.Count})");

    static void List(
        TextWriter output, string title, IEnumerable<CaseResult> cases, Func<CaseResult, RunOutcome> guarded)
    {
        var all = cases.ToList();
        if (all.Count == 0) return;
        output.WriteLine();
        output.WriteLine(title);
        foreach (var one in all) output.WriteLine(Tell(one, guarded(one)));
    }

    /// <summary>A case that went wrong, and how.</summary>
    public static string Tell(CaseResult one, RunOutcome run)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture,
            $"  {one.Id}: exit {run.ExitCode} after {run.Seconds:0.0} s, {run.Admitted} of "
            + $"{Counted.Of(one.Users, "user")}, "));
        // One that passed began to stop when its time was over.
        if (run is { ExitCode: not 0, StoppedAt: { } at })
        {
            text.Append(CultureInfo.InvariantCulture, $"stopped at {at:0.0} s, ");
        }

        text.Append(CultureInfo.InvariantCulture, $"peak {new Bytes(run.Peak)}; off: exit {one.Off.ExitCode} after "
            + $"{one.Off.Seconds:0.0} s, peak {new Bytes(one.Off.Peak)}. {run.Verdict}");
        foreach (var what in (string?[])[run.Lacking, run.Error])
        {
            if (what is not null) text.Append("\n    ").Append(what.ReplaceLineEndings("\n    ").TrimEnd());
        }

        return text.ToString();
    }
}
