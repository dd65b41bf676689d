namespace LeanLoad.Judge;

/// <summary>Which cases there are.</summary>
static class Grid
{
    public static readonly int[] Limits = [24, 32, 44, 48, 64, 128, 256];

    /// <summary>
    /// Every workload in every limit, aimed in every way, once for each seed; those of one seed first.
    /// </summary>
    public static IEnumerable<Case> Cases(
        IReadOnlyList<Workload> workloads, IReadOnlyList<int> limits, int firstSeed, int seeds, double rampSeconds)
    {
        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            foreach (var limit in limits)
            {
                foreach (var aim in Enum.GetValues<Aim>())
                {
                    foreach (var workload in workloads)
                    {
                        if (IsSensible(workload, limit, aim))
                        {
                            yield return new Case(workload, limit, aim, seed) { RampSeconds = rampSeconds };
                        }
                    }
                }
            }
        }
    }

    // v1 counts socket buffers beside the limit, so sockets never kill; and thousands of TLS handshakes would measure
    // the processor.
    static bool IsSensible(Workload workload, int limit, Aim aim) => workload.Grows switch
    {
        Growth.Sockets => aim == Aim.Comfortable,
        Growth.Connections => limit <= 64,
        _ => true,
    };
}
