using BenchmarkDotNet.Attributes;
using LeanLoad.Memory;

namespace LeanLoad.Benchmarks.Memory;

/// <summary>
/// The projection after a plateau, and whether the next user is covered: eight plateaus, 1 to 64 users and the base, of
/// users that keep 2 MiB. Not of every request, but on the thread that admits users; it may allocate.
/// </summary>
public class Projecting
{
    const int Planned = 1_000;

    static readonly Bytes Budget = Bytes.FromMiB(4096);

    readonly Plateau[] plateaus =
        [PlateauAt(0), .. Enumerable.Range(0, 7).Select(static power => PlateauAt(1 << power))];
    readonly GcSettings collector = GcSettings.For(Budget, Planned);

    /// <summary>The usual way: least squares, and no interval.</summary>
    [Benchmark(Baseline = true)]
    public bool LeastSquares()
    {
        var points = plateaus.Where(static plateau => plateau.Users > 0)
            .Select(static plateau => (X: (double)plateau.Users, Y: (double)plateau.Reading.Unreclaimable.Count))
            .ToList();
        var (x, y) = (points.Average(static point => point.X), points.Average(static point => point.Y));
        var slope = points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point =>
            (point.X - x) * (point.X - x));
        return y + slope * (Planned - x) <= Budget.Count;
    }

    [Benchmark]
    public bool Project() =>
        Projection.TryFrom(plateaus, Planned, collector, out var projection, out _)
            && projection.Covers(Planned, Budget);

    static Plateau PlateauAt(int users) => new(users, TimeSpan.FromSeconds(users), new MemoryReading
    {
        // A few KiB above and below the line, as readings are.
        Unreclaimable = Bytes.FromMiB(6) + Bytes.FromKiB(2_100) * users + Bytes.FromKiB(users * 37 % 150),
        Live = Bytes.FromMiB(1) + Bytes.FromKiB(2_048) * users + Bytes.FromKiB(users * 13 % 20),
        Kernel = Bytes.FromMiB(1) + Bytes.FromKiB(4) * users,
        Sockets = Bytes.FromKiB(0),
    });
}
