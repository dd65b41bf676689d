using System.Diagnostics.CodeAnalysis;

namespace LeanLoad.Report;

/// <summary>
/// Writes to standard output, which may not take it: a terminal that is paused or gone, a pipe that nobody reads.
/// </summary>
static class PatientOutput
{
    /// <summary>A person who has paused a terminal has so long to go on.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Writes, and waits a while for it to be taken.</summary>
    /// <param name="write">Does it.</param>
    /// <param name="problem">Why not all of it was taken, for people.</param>
    public static bool TryWrite(Action write, [NotNullWhen(false)] out string? problem)
    {
        string? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    write();
                }
                catch (Exception refused) when (refused is IOException or ObjectDisposedException)
                {
                    Volatile.Write(ref failure, refused.Message);
                }
            },
            maxStackSize: 256 << 10)
        { IsBackground = true, Name = "summary" };
        thread.Start();
        var why = !thread.Join(Patience) ? $"nobody has read it within {Patience.TotalSeconds:0} s" : failure;
        problem = why is null ? null : $"The summary could not be written to standard output: {why.TrimEnd('.')}.";
        return problem is null;
    }
}
