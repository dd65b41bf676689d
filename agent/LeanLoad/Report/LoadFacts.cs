using LeanLoad.Diagnostics;
using LeanLoad.Stats;

namespace LeanLoad.Report;

/// <summary>What an explanation needs beside the run's figures.</summary>
/// <param name="Groups">The scenarios that ran side by side, or the only one.</param>
/// <param name="Levels">Throughput by the number of users; empty where several scenarios shared them.</param>
sealed record LoadFacts(IReadOnlyList<GroupFacts> Groups, IReadOnlyList<LoadLevel> Levels);

/// <summary>The same of one scenario.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsOpen">Whether iterations arrived by a rate.</param>
/// <param name="Users">Users that were asked for; of an open model, the pool.</param>
/// <param name="BegunLate">Arrivals that had to wait for a free user, and then began.</param>
/// <param name="Books">What became of its planned iterations.</param>
/// <param name="Windows">The windows, with its users and iterations alone.</param>
sealed record GroupFacts(
    string Name, bool IsOpen, int Users, long BegunLate, Books Books, IReadOnlyList<WindowRow> Windows)
{
    /// <summary>
    /// The longest steady window in which it had iterations: ramps have books that are never closed. Null where there
    /// was none.
    /// </summary>
    /// <param name="enough">Iterations.</param>
    public WindowRow? Steady(int enough) => Windows.Where(row => row is
    {
        IsMeasured: true,
        Summed: { Window: WindowKind.Steady, IsJoined: false }
    } && row.Summed.Iterations >= enough).MaxBy(static row => row.Duration);

    /// <summary>Arrivals that found no free user.</summary>
    public long Missed => Books.Late + Books.Dropped + BegunLate;
}
