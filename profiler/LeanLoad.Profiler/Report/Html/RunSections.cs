using LeanLoad.Diagnostics;
using static LeanLoad.Report.Quantities;

namespace LeanLoad.Profiler.Report.Html;

/// <summary>
/// How much to trust the figures, and how to get them again: warnings, collections, session, cage, options, machine.
/// </summary>
static class RunSections
{
    public static void Warnings(Page page, IReadOnlyList<Warning> warnings)
    {
        if (warnings.Count == 0) return;
        page.Add($"""<section aria-labelledby="warnings"><h2 id="warnings">Warnings</h2><ul class="warnings">""");
        foreach (var (at, code, text) in warnings)
        {
            page.Add($"<li><b>{code}</b> <span>after {Span(at)}</span> {text}</li>");
        }

        page.Add($"</ul></section>");
    }

    public static void Run(Page page, ProfileResult result)
    {
        page.Add($"""<section aria-labelledby="run"><h2 id="run">The run</h2><div class="columns"><dl class="facts">""");
        foreach (var (word, text) in RunFacts.Of(result)) page.Add($"<div><dt>{word}</dt><dd>{text}</dd></div>");
        page.Add($"</dl>");
        Options(page, result.Run.Options);
        page.Add($"</div></section>");
    }

    static void Options(Page page, IReadOnlyList<EffectiveOption> options)
    {
        if (options.Count == 0) return;
        var table = new Table("Options as they took effect, secrets left out", "<Option", "<<Value");
        foreach (var (name, value) in options) table.Add(name, value);
        table.Write(page);
    }
}
