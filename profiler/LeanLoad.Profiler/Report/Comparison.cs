namespace LeanLoad.Profiler.Report;

/// <summary>Two runs of the same plan, side by side.</summary>
static class Comparison
{
    public static void Write(TextWriter output, int width, bool hasColours, ProfileResult before, ProfileResult after)
    {
        _ = (width, hasColours);
        output.WriteLine($"{before.Run.Scenario}: {before.Run.Headline}; {after.Run.Scenario}: {after.Run.Headline}.");
    }
}
