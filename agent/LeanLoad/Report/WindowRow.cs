using LeanLoad.Diagnostics;
using LeanLoad.Stats;

namespace LeanLoad.Report;

/// <summary>A window of a run as a report shows it.</summary>
/// <param name="Summed">Its sums.</param>
/// <param name="IsMeasured">Whether it belongs to the epoch that the other tables show.</param>
sealed record WindowRow(WindowSummed Summed, bool IsMeasured)
{
    /// <summary>How long it lasted.</summary>
    public TimeSpan Duration => Summed.Ended - Summed.Began;

    /// <summary>Requests that ended, per second.</summary>
    public double PerSecond => Per(Summed.Requests);

    /// <summary>Iterations that ended, per second: the X of N = X (R + Z).</summary>
    public double IterationsPerSecond => Per(Summed.Iterations);

    /// <summary>Response times; null where there is none.</summary>
    public Times? Response => Times.Of(Summed.Response);

    /// <summary>Service times.</summary>
    public Times? Service => Times.Of(Summed.Service ?? Summed.Response);

    /// <summary>Its name for people: <c>warm-up</c>, <c>earlier</c> for several.</summary>
    public string Name => Summed.IsJoined ? "earlier" : Summed.Window switch
    {
        WindowKind.WarmUp => "warm-up",
        WindowKind.Ramp => "ramp",
        WindowKind.Steady => "steady",
        WindowKind.CoolDown => "cool-down",
        _ => "window",
    };

    /// <summary>Sums a window.</summary>
    /// <param name="mark">When it was.</param>
    /// <param name="stats">What happened in it.</param>
    /// <param name="group">Of iterations and users, those of one group alone; null: of all.</param>
    public static WindowSummed Sum(WindowMark mark, WindowStats stats, int? group)
    {
        var iterations = group is { } one ? stats.IterationsOf(one) : stats.Iterations;
        return new()
        {
            Number = mark.Number,
            Epoch = mark.Epoch,
            Window = mark.Kind,
            IsJoined = mark.IsJoined,
            Began = mark.Began,
            Ended = mark.Ended ?? mark.Began,
            MeanUsers = group is { } own ? mark.MeanUsers.ElementAt(own) : mark.MeanUsers.Sum(),
            Requests = stats.Requests.Requests,
            Failures = stats.Requests.Failures,
            Iterations = iterations.Ended,
            IterationTime = TimeSpan.FromMicroseconds(iterations.Us),
            PauseTime = TimeSpan.FromMicroseconds(iterations.PauseUs),
            Response = stats.Requests.Response,
            Service = ReferenceEquals(stats.Requests.Service, stats.Requests.Response) ? null : stats.Requests.Service,
        };
    }

    double Per(long count) => Duration > TimeSpan.Zero ? count / Duration.TotalSeconds : 0;
}
