using System.Diagnostics;

namespace LeanLoad.Load;

/// <summary>
/// One loop's share of an open model: of all arrivals every n-th. When one is due is a function of its index alone,
/// whatever was answered before.
/// </summary>
/// <param name="Rate">Arrivals per second over time, of all loops together.</param>
/// <param name="BeganAt">The rate's time 0, as <see cref="Stopwatch.GetTimestamp"/>.</param>
/// <param name="EndsAt">What would be due from then on is not planned.</param>
/// <param name="First">The loop's first arrival among all, from 0.</param>
/// <param name="Step">How many loops share the arrivals.</param>
/// <param name="Random">Where they lie at random; null: evenly apart. Of this loop alone.</param>
sealed record ArrivalPlan(
    LoadCurve Rate, long BeganAt, long EndsAt, int First, int Step, PoissonAreas? Random = null)
{
    /// <summary>
    /// When the loop's arrival <paramref name="index"/> is due, as a timestamp; <see cref="long.MaxValue"/> where the
    /// plan ends before.
    /// </summary>
    /// <param name="index">From 0 in each loop.</param>
    public long DueAt(long index)
    {
        var number = First + index * Step;
        var seconds = Rate.SecondsOfArea(Random is null ? number : Random.Of(number));
        var dueAt = BeganAt + seconds * Stopwatch.Frequency;
        return dueAt < EndsAt ? BeganAt + (long)(seconds * Stopwatch.Frequency) : long.MaxValue;
    }
}

/// <summary>What becomes of an arrival while no user is free.</summary>
enum WhenBusy : byte
{
    /// <summary>It waits for one and begins late; its response time counts from when it was due.</summary>
    Late,

    /// <summary>It is dropped, and counted.</summary>
    Drop,
}
