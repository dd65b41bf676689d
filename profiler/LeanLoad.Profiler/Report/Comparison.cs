using LeanLoad.Report;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Profiler.Report;

/// <summary>Two runs of the same plan, side by side, and the sentence that says what the difference is worth.</summary>
static class Comparison
{
    static readonly (string Word, Func<ProfileResult, string> Of)[] Rows =
    [
        ("verdict", static result => result.Run.Headline),
        ("exit code", static result => result.ExitCode.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("users started", static result => Started(result.Run.Users)),
        ("expected peak", Expected),
        ("real peak",
            static result => $"{result.Run.Memory.PeakUnreclaimable}, {Running(result.Run.Memory.UsersAtPeak)}"),
        ("kept per user", static result => result.Judgement.Projection?.PerUser.Total.ToString() ?? "unknown"),
        ("users that fit", static result => result.Judgement.Verdict.UsersThatFit is { } fit ? Count(fit) : "unknown"),
        ("culprit", static result => result.Judgement.Verdict.Culprit?.Scope.Name ?? "none"),
        ("requests served", Served),
    ];

    public static void Write(TextWriter output, int width, bool hasColours, ProfileResult before, ProfileResult after)
    {
        width = Math.Max(60, width);
        var (then, now) = Names(before, after);
        var table = new TextTable("Side by side", "<" + then, "<" + now);
        foreach (var (word, of) in Rows) table.Add(word, of(before), of(after));
        Write(output, width, hasColours, table);
        foreach (var line in Prose.Wrapped(Sentence(before, after), width)) output.WriteLine(line);
    }

    /// <summary>
    /// Who allocates, how long requests take, and what came of scenarios side by side, row by row: what only one of the
    /// two has stands there too.
    /// </summary>
    public static void WriteDetails(
        TextWriter output, int width, bool hasColours, ProfileResult before, ProfileResult after)
    {
        width = Math.Max(60, width);
        var (then, now) = Names(before, after);
        var allocated = new TextTable("Allocated", then, now, "change", "<");
        foreach (var (scope, old, recent) in Paired(before.Attribution, after.Attribution,
            static line => line.Row.Scope.Name))
        {
            // By piece where there are pieces: two runs seldom make as many.
            var per = (recent ?? old)!.Row.EntryWord;
            var (first, second) = per is null
                ? (old?.Row.Allocated, recent?.Row.Allocated)
                : (old?.Row.PerEntry, recent?.Row.PerEntry);
            allocated.Add(scope, Amount(first), Amount(second), Change(first?.Count, second?.Count),
                per is null ? "in all" : $"per {per}");
        }

        output.WriteLine();
        Write(output, width, hasColours, allocated);
        var times = new TextTable("Response time", "then p50", "p99", "now p50", "p99", "change of p99");
        foreach (var (name, old, recent) in Paired(
            before.Run.Requests.Rows, after.Run.Requests.Rows, static row => row.Name).Append(All(before, after)))
        {
            var (first, second) = (old?.Response, recent?.Response);
            times.Add(
                Prose.OneLine(name), Time(first?.P50Us), Time(first?.P99Us), Time(second?.P50Us), Time(second?.P99Us),
                Change(first?.P99Us, second?.P99Us));
        }

        Write(output, width, hasColours, times);
        WriteScenarios(output, width, hasColours, before.Run.Scenarios, after.Run.Scenarios);
    }

    /// <summary>What ran side by side: iterations, as reports count and time them.</summary>
    static void WriteScenarios(
        TextWriter output, int width, bool hasColours, IReadOnlyList<ScenarioRow> before,
        IReadOnlyList<ScenarioRow> after)
    {
        if (before.Count + after.Count == 0) return;
        var table = new TextTable("Scenarios", "then per s", "p50", "p99", "failed", "now per s", "p50", "p99",
            "failed", "change of per s", "of p99");
        foreach (var (name, old, recent) in Paired(before, after, static row => row.Defined.Name))
        {
            table.Add([Prose.OneLine(name), .. Cells(old), .. Cells(recent),
                Change(Thousandths(old?.PerSecond), Thousandths(recent?.PerSecond)),
                Change(old?.Time?.P99Us, recent?.Time?.P99Us)]);
        }

        Write(output, width, hasColours, table);

        static string[] Cells(ScenarioRow? row) => row is null ? ["-", "-", "-", "-"]
            : [Rate(row.PerSecond), Time(row.Time?.P50Us), Time(row.Time?.P99Us), Count(row.Books.Failed)];

        static long? Thousandths(double? perSecond) =>
            perSecond is { } known ? (long)Math.Round(known * 1000) : null;
    }

    static (string Name, RequestRow? Before, RequestRow? After) All(ProfileResult before, ProfileResult after) =>
        (before.Run.Requests.All.Name, before.Run.Requests.All, after.Run.Requests.All);

    static void Write(TextWriter output, int width, bool hasColours, TextTable table)
    {
        foreach (var (index, line) in table.Lines(width).Index())
        {
            output.WriteLine(hasColours && index == 0 ? $"\u001b[1m{line}\u001b[0m" : line);
        }

        output.WriteLine();
    }

    /// <summary>Two scenarios by their names; two runs of one by their order.</summary>
    static (string Before, string After) Names(ProfileResult before, ProfileResult after) =>
        before.Run.Scenario == after.Run.Scenario ? ("before", "after") : (before.Run.Scenario, after.Run.Scenario);

    /// <summary>Rows of the same name beside each other, in the order of the first run, then of the second.</summary>
    static IEnumerable<(string Name, T? Before, T? After)> Paired<T>(
        IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, string> nameOf) where T : class
    {
        foreach (var name in before.Concat(after).Select(nameOf).Distinct())
        {
            yield return (name, before.FirstOrDefault(row => nameOf(row) == name),
                after.FirstOrDefault(row => nameOf(row) == name));
        }
    }

    static string Amount(Bytes? amount) => amount?.ToString() ?? "-";

    static string Change(long? before, long? after) => (before, after) switch
    {
        (null, _) or (_, null) => "-",
        var (then, now) when then == now => "same",
        (0, _) => "new",
        var (then, now) => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{100.0 * (now.Value - then.Value) / then.Value:+0;-0} %"),
    };

    static string Expected(ProfileResult result) => result.Judgement.Projection is { } projection
        ? $"{projection.Expected}, {projection.Lower} to {projection.Upper}"
        : "unknown";

    static string Started(UserCounts users) => users.Started > users.Planned
        ? $"{Count(users.Started)} ({Count(users.Planned)} planned)"
        : $"{Count(users.Started)} of {Count(users.Planned)}";

    static string Served(ProfileResult result)
    {
        var all = result.Run.Requests.All;
        var failed = all.Failures == 0 ? "" : $", and {Count(all.Failures)} failed";
        return $"{Count(all.Requests - all.Failures)}{failed}";
    }

    /// <summary>What the change was worth, as far as both runs let it be said.</summary>
    internal static string Sentence(ProfileResult before, ProfileResult after)
    {
        // "in registry" and "in registry-per-user", or for two runs of one scenario "before" and "after".
        var (first, second) = before.Run.Scenario == after.Run.Scenario
            ? ("before", "after")
            : ($"in {before.Run.Scenario}", $"in {after.Run.Scenario}");
        if ((before.Judgement.Projection, after.Judgement.Projection) is not ({ } then, { } now)
            || then.Planned != now.Planned)
            return $"The peak was {before.Run.Memory.PeakUnreclaimable} {first} and "
                + $"{after.Run.Memory.PeakUnreclaimable} {second}; "
                + "one of them has no projection, or they planned for different users, so more can't be said.";
        var what = $"The same {Counted.Of(then.Planned, "user needs", "users need")} {then.Expected} {first} and "
            + $"{now.Expected} {second}{Factor(then.Expected, now.Expected)}.";
        var why = before.Judgement.Verdict.Culprit is { } culprit && after.Judgement.Verdict.Culprit is null
            ? $" What {culprit.Scope.Name} kept {Counted.Of(then.Planned, "time")} is kept once." : "";
        return what + (now.Expected < then.Expected ? why : "") + Fit(before, after);
    }

    static string Factor(Bytes then, Bytes now) => now < then && now > Bytes.Zero
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $", {(double)then.Count / now.Count:0.0} times less")
        : "";

    static string Fit(ProfileResult before, ProfileResult after)
    {
        if ((before.Run.Memory.Budget, after.Run.Memory.Budget) is not ({ } budget, { } same) || budget != same)
        {
            return "";
        }

        return (before.Judgement.Verdict.UsersThatFit, after.Judgement.Verdict.UsersThatFit) is ({ } then, { } now)
            ? $" In {budget}, {Counted.Of(then, "user")} fit before, and {Count(now)} now."
            : "";
    }
}
