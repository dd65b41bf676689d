using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LeanLoad.Judge;

/// <summary>Which cases there are.</summary>
static class Grid
{
    /// <summary>
    /// Another one where the cases of the same names are others than before: those of results that were begun then
    /// are judged anew.
    /// </summary>
    public const int Edition = 1;

    public static readonly int[] Limits = [24, 32, 44, 48, 64, 128, 256];

    /// <summary>
    /// Every workload in every limit, aimed in every way, once for each seed; those of one seed first.
    /// </summary>
    /// <param name="workloads">Of these.</param>
    /// <param name="limits">MiB.</param>
    /// <param name="firstSeed">The first seed.</param>
    /// <param name="seeds">How many.</param>
    /// <param name="rampSeconds">Seconds that each ramp takes.</param>
    /// <param name="limitsSockets">Whether the kernel's limit is on socket buffers, too.</param>
    public static IEnumerable<Case> Cases(
        IReadOnlyList<Workload> workloads, IReadOnlyList<int> limits, int firstSeed, int seeds, double rampSeconds,
        bool limitsSockets)
    {
        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            foreach (var limit in limits)
            {
                foreach (var aim in Enum.GetValues<Aim>())
                {
                    foreach (var workload in workloads)
                    {
                        if (IsSensible(workload, limit, aim, limitsSockets))
                        {
                            yield return new Case(workload, limit, aim, seed) { RampSeconds = rampSeconds };
                        }
                    }
                }
            }
        }
    }

    /// <summary>The case of a name, as <see cref="Case.Id"/> gives it; its limit may be any.</summary>
    public static bool TryName(string id, double rampSeconds, [NotNullWhen(true)] out Case? found)
    {
        found = null;
        if (id.Split('-') is not [var name, var limit, var aim, var seed]) return false;
        if (Workload.All.FirstOrDefault(one => one.Name == name) is not { } workload) return false;
        if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes)) return false;
        if (!int.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        if (!Enum.TryParse<Aim>(aim, ignoreCase: true, out var aimed)) return false;
        found = new Case(workload, mebibytes, aimed, number) { RampSeconds = rampSeconds };
        return found.Id == id;
    }

    // Where socket buffers are counted beside the limit, they never kill; and thousands of TLS handshakes would measure
    // the processor.
    static bool IsSensible(Workload workload, int limit, Aim aim, bool limitsSockets) => workload.Grows switch
    {
        Growth.Sockets => limitsSockets || aim == Aim.Comfortable,
        Growth.Connections => limit <= 64,
        _ => true,
    };
}
