namespace LeanLoad.Memory;

/// <summary>A few users who run to say what all of them would need: as many as that takes, and no more.</summary>
static class Canary
{
    /// <summary>Users from which on a slope says something about so small a thing as an idle one.</summary>
    const int Least = 8;

    /// <summary>More are no few any more: what is not known by then stands in the interval.</summary>
    const int Most = 256;

    /// <summary>The interval that is narrow enough: a tenth of what is expected, to each side.</summary>
    const double Narrow = 0.1;

    /// <summary>Whether those there are tell enough.</summary>
    /// <param name="plateaus">Memory at rest so far.</param>
    /// <param name="projection">What was projected from it; null where that is too little.</param>
    /// <param name="decision">Whether a further user may come.</param>
    public static bool IsEnough(IReadOnlyList<Plateau> plateaus, Projection? projection, in Decision decision)
    {
        if (plateaus.Count == 0) return false;
        var users = plateaus[^1].Users;
        if (decision.Admission is Admission.Hold or Admission.Stop) return true;
        if (projection is null) return false;
        var half = (projection.Upper - projection.Lower).Count / 2.0;
        return users >= Most || (users >= Least && half <= Narrow * projection.Expected.Count)
            || users >= projection.Planned;
    }
}
