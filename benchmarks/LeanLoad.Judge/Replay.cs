using LeanLoad.Memory;

namespace LeanLoad.Judge;

/// <summary>
/// Projects anew, by the model as it is now, from what guarded runs once read on their way: so a model is tried on
/// hundreds of real ramps in a second. What the governor would have done with it is not replayed.
/// </summary>
static class Replay
{
    /// <summary>The case with today's projections.</summary>
    public static CaseResult Anew(CaseResult one) => one with
    {
        On = Anew(one, one.On),
        Needed = one.Needed is { } needed ? Anew(one, needed) : null,
    };

    static RunOutcome Anew(CaseResult one, RunOutcome run)
    {
        var collector = GcSettings.For(Bytes.FromMiB(one.LimitMiB));
        var plateaus = new List<Plateau>();
        var projections = new List<ProjectionSeen>();
        foreach (var seen in run.Plateaus)
        {
            plateaus.Add(seen.ToPlateau());
            if (Projection.TryFrom(plateaus, one.Users, collector, out var projection, out _))
            {
                projections.Add(new ProjectionSeen(seen.At, seen.Users, projection.Lower.Count,
                    projection.Expected.Count, projection.Upper.Count));
            }
        }

        return run with { Projections = projections };
    }
}
