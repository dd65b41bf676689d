namespace LeanLoad.Benchmarks.Processes;

/// <summary>One line at the terminal that says what takes its time; nothing where nobody looks.</summary>
static class Progress
{
    const int Width = 78;

    public static void Say(string what)
    {
        if (!Console.IsErrorRedirected) Console.Error.Write($"\r{what,-Width}");
    }

    public static void End()
    {
        if (!Console.IsErrorRedirected) Console.Error.Write($"\r{"",Width}\r");
    }
}
