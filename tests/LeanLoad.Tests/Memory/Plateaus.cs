using LeanLoad.Memory;

namespace LeanLoad.Tests.Memory;

/// <summary>Plateaus of a ramp that is known exactly.</summary>
static class Plateaus
{
    public static readonly GcSettings Collector = new(null, Bytes.FromMiB(2), Bytes.FromMiB(2));

    /// <summary>At 0, 1, 2, 4 … users, in MiB; the first user brings <paramref name="first"/> once.</summary>
    public static List<Plateau> Linear(
        int last, double start, double managed, double native = 0, double kernel = 0, double first = 0,
        Func<int, double>? noise = null)
    {
        var plateaus = new List<Plateau>();
        for (var users = 0; users <= last; users = users == 0 ? 1 : users * 2)
        {
            var step = users > 0 ? first : 0;
            var error = noise?.Invoke(users) ?? 0;
            plateaus.Add(new Plateau(users, TimeSpan.FromSeconds(users), new MemoryReading
            {
                Unreclaimable = Bytes.FromMiB(start + step + error + users * (managed + native + kernel)),
                Live = Bytes.FromMiB(0.5 + step + users * managed),
                Kernel = Bytes.FromMiB(0.2 + users * kernel),
            }));
        }

        return plateaus;
    }

    public static Projection Project(IReadOnlyList<Plateau> plateaus, int planned) =>
        Projection.TryFrom(plateaus, planned, Collector, out var projection, out var missing)
            ? projection : throw new InvalidOperationException(missing);
}
