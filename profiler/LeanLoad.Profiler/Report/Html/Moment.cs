using LeanLoad.Memory;

namespace LeanLoad.Profiler.Report.Html;

/// <summary>A reading as the chart stacks it: the four parts add up to <paramref name="Unreclaimable"/>.</summary>
/// <param name="At">Since the run started.</param>
/// <param name="Users">Running then.</param>
/// <param name="IsPlateau">Whether it was taken at rest, after a full collection.</param>
/// <param name="Unreclaimable">Charged and not reclaimable.</param>
/// <param name="Live">Managed objects: live at the last collection, and allocated since.</param>
/// <param name="OtherAnonymous">The heap's slack, stacks, native memory.</param>
/// <param name="Kernel">Page tables, slab, sockets; null where the kernel does not tell.</param>
/// <param name="Other">The rest: shared memory, and kernel memory where it is not told apart.</param>
readonly record struct Moment(
    TimeSpan At, int Users, bool IsPlateau, Bytes Unreclaimable, Bytes Live, Bytes OtherAnonymous, Bytes? Kernel,
    Bytes Other)
{
    /// <summary>The seconds and the plateaus of a run, in the order of time.</summary>
    public static IReadOnlyList<Moment> Of(ProfileResult result) =>
    [
        .. result.Timeline.Select(static tick => Of(tick.At, tick.UsersRunning, false, tick.Memory))
            .Concat(result.Run.Memory.Plateaus.Select(
                static plateau => Of(plateau.At, plateau.Users, true, plateau.Reading)))
            .OrderBy(static moment => moment.At),
    ];

    static Moment Of(TimeSpan at, int users, bool isPlateau, in MemoryReading reading)
    {
        // The figures come from different files, read one after another: no part may be larger than what is left.
        var anonymous = Least(reading.Anonymous, reading.Unreclaimable);
        var live = Least(reading.Live, anonymous);
        var left = reading.Unreclaimable - anonymous;
        Bytes? kernel = reading.Kernel is null && reading.Sockets is null
            ? null
            : Least((reading.Kernel ?? Bytes.Zero) + (reading.Sockets ?? Bytes.Zero), left);
        return new(at, users, isPlateau, reading.Unreclaimable, live, anonymous - live, kernel,
            left - (kernel ?? Bytes.Zero));
    }

    static Bytes Least(Bytes one, Bytes other) => one < other ? one : other;
}
