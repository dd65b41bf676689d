using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeanLoad.Judge;

/// <summary>The findings as JSON, for who compares them: times in seconds, errors and coverage as shares.</summary>
static class FindingsJson
{
    static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // Of nothing there is no median.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static void Write(string path, IReadOnlyList<CaseResult> cases) =>
        File.WriteAllText(path, JsonSerializer.Serialize(Of(cases), Options) + "\n");

    static object Of(IReadOnlyList<CaseResult> cases)
    {
        var found = new Findings(cases);
        return new
        {
            Cases = cases.Count,
            SayNothing = found.Void,
            Seeds = cases.Select(static one => one.Seed).Distinct().Order(),
            Confusion = Enum.GetValues<Truth>().Select(truth => new
            {
                GuardOff = truth.ToString(),
                Cases = found.Of(truth),
                Passed = found.Count(truth, Ending.Passed),
                Stopped = found.Count(truth, Ending.Stopped),
                Killed = found.Count(truth, Ending.Killed),
                Broken = found.Count(truth, Ending.Broken),
            }),
            Hold = Hold(new HoldFindings(cases)),
            Lead = Timed(found.Leads),
            LeadOfMinuteRamps = Timed(found.MinuteLeads),
            WarningOfMinuteRamps = Timed(found.MinuteWarnings),
            MinuteRampsWarnedTenSecondsBefore = found.MinuteRamps.Sum(static ramps => ramps.InTime),
            MinuteRamps = found.MinuteRamps.Select(static ramps => new
            {
                ramps.Workload,
                Warning = Distribution(ramps.Warnings),
                WarnedTenSecondsBefore = ramps.InTime,
                KilledTenSecondsAfterTheSecondWhoGrows = ramps.Knowable,
            }),
            WarnedAtShareOfTheWay = Timed(found.WarnedAt),
            VerdictToExit = Timed(found.Endings),
            StoodStill = new
            {
                CollectorTookMost = Distribution([.. found.Stood.Select(static one => one.Collecting).Order()]),
                Pause = Distribution([.. found.Stood.Select(static one => one.Pause).Order()]),
                Silence = Distribution([.. found.Stood.Select(static one => one.Silence).Order()]),
                TooLong = found.StoodStill.Select(static one => one.Id),
            },
            Bursts = new { found.Bursts.All, StoppedComplete = found.Bursts.Stopped },
            Projections = found.Foretold.Append(null).SelectMany(workload =>
                Findings.Shares.Select(at => Projection(found, workload, at.Share, at.Bound))),
            Goals = Goal.Of(found).Select(static goal => new
            {
                goal.Name,
                goal.Found,
                goal.Bound,
                Is = goal.IsLeast ? "at least" : "at most",
                goal.Result,
            }),
            KilledThoughGuarded = found.Killed.Select(static one => one.Id),
            StoppedThoughItWouldHaveLived = found.StoppedFalsely.Select(static one => one.Id),
            Broken = found.Broken.Select(static one => one.Id),
        };
    }

    static object Hold(HoldFindings found) => new
    {
        SayNothing = found.Void,
        Confusion = HoldFindings.Rows.Select(row => new
        {
            GuardOff = row.Truth.ToString(),
            row.CanBeHeld,
            Cases = found.Of(row),
            Passed = found.Count(row, Ending.Passed),
            Held = found.Count(row, Ending.Held),
            Stopped = found.Count(row, Ending.Stopped),
            Killed = found.Count(row, Ending.Killed),
            Broken = found.Count(row, Ending.Broken),
        }),
        PeakOfLimit = Distribution(found.Shares),
        Killed = found.Killed.Select(static one => one.Id),
        Broken = found.Broken.Select(static one => one.Id),
        StoppedThoughFewerFit = found.NotHeld.Select(static one => one.Id),
        HeldEarly = found.HeldEarly.Select(static one => one.Id),
        HeldThoughAllFit = found.HeldFalsely.Select(static one => one.Id),
    };

    static object Projection(Findings found, string? workload, double share, double bound)
    {
        var all = found.ForetoldAt(share, workload);
        return new
        {
            Workload = workload ?? "all",
            ShareOfUsers = share,
            Cases = all.Count,
            AbsoluteError = Distribution(Foretelling.Errors(all)),
            Bound = bound,
            WithinBound = all.Count(one => Math.Abs(one.Error) <= bound),
            IntervalHolds = all.Count(static one => one.IsCovered),
            LeftOut = Enum.GetValues<Untold>().ToDictionary(
                static why => JsonNamingPolicy.CamelCase.ConvertName($"{why}"),
                why => found.LeftOut(why, share, workload)),
        };
    }

    static object Timed(Figure figure) => new
    {
        figure.Count,
        figure.LeftOut,
        Least = Findings.Quantile(figure, 0),
        Median = Findings.Quantile(figure, 0.5),
        P95 = Findings.Quantile(figure, 0.95),
        Most = Findings.Quantile(figure, 1),
    };

    static object Distribution(IReadOnlyList<double> sorted) => new
    {
        sorted.Count,
        Least = Findings.Quantile(sorted, 0),
        Median = Findings.Quantile(sorted, 0.5),
        P95 = Findings.Quantile(sorted, 0.95),
        Most = Findings.Quantile(sorted, 1),
    };
}
