using LeanLoad.Memory;
using LeanLoad.Report;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Profiler.Report.Html;

/// <summary>The first thing to see: how it ended, what, why, what to do, and the figures that say so.</summary>
static class VerdictCard
{
    public static void Write(Page page, ProfileResult result)
    {
        var run = result.Run;
        page.Add($"""<section class="card verdict {Tone(result)}" aria-labelledby="headline">""");
        page.Add($"""<p class="pill" id="headline">{run.Headline}<span> exit code {result.ExitCode}</span></p>""");
        var verdict = result.Judgement.Verdict;
        // A run may end for another reason than its memory; then that comes first.
        if (!run.Verdict.Contains(verdict.What, StringComparison.Ordinal)) page.Add($"""<p class="what">{run.Verdict}</p>""");
        page.Add($"""<p class="what">{verdict.What}</p><dl class="reasons">""");
        Reason(page, "Why", verdict.Why);
        Reason(page, verdict.Fit == Fit.Fits ? "Room" : "What to do", verdict.Do);
        Reason(page, "Types", result.Judgement.Types);
        Reason(page, "Leak", result.Judgement.Leak?.ToString() ?? "");
        page.Add($"</dl>");
        Figures(page, result);
        page.Add($"</section>");
    }

    /// <summary>The colour of a result: <c>pass</c>, <c>close</c> or <c>over</c>.</summary>
    public static string Tone(ProfileResult result) => result switch
    {
        { ExitCode: not 0 } => "over",
        { Judgement.Verdict.Fit: Fit.Over or Fit.Close } => "close",
        _ => "pass",
    };

    static void Reason(Page page, string word, string text)
    {
        if (text.Length > 0) page.Add($"<div><dt>{word}</dt><dd>{text}</dd></div>");
    }

    static void Figures(Page page, ProfileResult result)
    {
        var (run, memory, verdict) = (result.Run, result.Run.Memory, result.Judgement.Verdict);
        page.Add($"""<dl class="figures">""");
        Figure(page, "Peak", memory.PeakUnreclaimable.ToString(),
            $"charged, not reclaimable{(memory.IsEstimate ? "; estimated" : "")}");
        Figure(page, "Budget", (memory.Budget ?? memory.Limit)?.ToString() ?? "none", memory.BudgetSource);
        if (result.Judgement.Projection is { } projected)
        {
            Figure(page, "Expected peak", projected.Expected.ToString(),
                $"{projected.Lower} to {projected.Upper} with 95 %, for {Counted.Of(projected.Planned, "user")}");
        }

        if (verdict.UsersThatFit is { } fit)
        {
            Figure(page, "Users that fit", Count(fit), $"of {Count(run.Users.Planned)} planned");
        }

        // A live change may have asked for more than the plan did.
        var of = run.Users.Started > run.Users.Planned ? "" : "of ";
        Figure(page, "Users started", Count(run.Users.Started),
            $"{of}{Count(run.Users.Planned)} planned{Failed(run.Users)}");
        if (verdict.Culprit is { } culprit)
        {
            Figure(page, "Kept per user", culprit.KeptPerUser.ToString(), $"by {culprit.Scope.Name}");
        }

        Figure(page, "Requests", Count(run.Requests.All.Requests), $"{Count(run.Requests.All.Failures)} failed");
        page.Add($"</dl>");
    }

    static string Failed(UserCounts users) => users.Failed == 0 ? "" : $", {Count(users.Failed)} failed to start";

    static void Figure(Page page, string word, string value, string text) =>
        page.Add($"<div><dt>{word}</dt><dd><b>{value}</b><small>{text}</small></dd></div>");
}
