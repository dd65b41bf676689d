namespace LeanLoad.Profiler.Report;

/// <summary>The profile as one self-contained page.</summary>
static class HtmlReport
{
    public static void Write(Stream output, ProfileResult result)
    {
        using var writer = new StreamWriter(output);
        writer.WriteLine(result.Run.Verdict);
    }
}
