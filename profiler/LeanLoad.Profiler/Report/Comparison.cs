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
        ("users started", static result => $"{Count(result.Run.Users.Started)} of {Count(result.Run.Users.Planned)}"),
        ("expected peak", Expected),
        ("real peak", static result => $"{result.Run.Memory.PeakUnreclaimable}, {Running(result.Run.Memory.UsersAtPeak)}"),
        ("kept per user", static result => result.Judgement.Projection?.PerUser.Total.ToString() ?? "unknown"),
        ("users that fit", static result => result.Judgement.Verdict.UsersThatFit is { } fit ? Count(fit) : "unknown"),
        ("culprit", static result => result.Judgement.Verdict.Culprit?.Scope.Name ?? "none"),
        ("requests served", Served),
    ];

    public static void Write(TextWriter output, int width, bool hasColours, ProfileResult before, ProfileResult after)
    {
        width = Math.Max(60, width);
        var table = new TextTable("Side by side", "<" + before.Run.Scenario, "<" + after.Run.Scenario);
        foreach (var (word, of) in Rows) table.Add(word, of(before), of(after));
        foreach (var (index, line) in table.Lines(width).Index())
            output.WriteLine(hasColours && index == 0 ? $"\u001b[1m{line}\u001b[0m" : line);
        output.WriteLine();
        foreach (var line in Prose.Wrapped(Sentence(before, after), width)) output.WriteLine(line);
    }

    static string Expected(ProfileResult result) => result.Judgement.Projection is { } projection
        ? $"{projection.Expected}, {projection.Lower} to {projection.Upper}"
        : "unknown";

    static string Served(ProfileResult result)
    {
        var all = result.Run.Requests.All;
        return $"{Count(all.Requests - all.Failures)}{(all.Failures == 0 ? "" : $", and {Count(all.Failures)} failed")}";
    }

    /// <summary>What the change was worth, as far as both runs let it be said.</summary>
    internal static string Sentence(ProfileResult before, ProfileResult after)
    {
        if ((before.Judgement.Projection, after.Judgement.Projection) is not ({ } then, { } now) || then.Planned != now.Planned)
            return $"The peak was {before.Run.Memory.PeakUnreclaimable} in {before.Run.Scenario} and {after.Run.Memory.PeakUnreclaimable} in {after.Run.Scenario}; "
                + "one of them has no projection, or they planned for different users, so more can't be said.";
        var what = $"The same {Count(then.Planned)} users need {then.Expected} in {before.Run.Scenario} and {now.Expected} in {after.Run.Scenario}{Factor(then.Expected, now.Expected)}.";
        var why = before.Judgement.Verdict.Culprit is { } culprit ? $" What {culprit.Scope.Name} kept {Count(then.Planned)} times is kept once." : "";
        return what + (now.Expected < then.Expected ? why : "") + Fit(before, after);
    }

    static string Factor(Bytes then, Bytes now) => now < then && now > Bytes.Zero
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $", {(double)then.Count / now.Count:0.0} times less")
        : "";

    static string Fit(ProfileResult before, ProfileResult after)
    {
        if ((before.Run.Memory.Budget, after.Run.Memory.Budget) is not ({ } budget, { } same) || budget != same) return "";
        return (before.Judgement.Verdict.UsersThatFit, after.Judgement.Verdict.UsersThatFit) is ({ } then, { } now)
            ? $" In {budget}, {Count(then)} users fit before, and {Count(now)} now."
            : "";
    }
}
