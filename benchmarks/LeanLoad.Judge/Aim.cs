namespace LeanLoad.Judge;

/// <summary>Where a case's peak is to come to lie. What it is in the end, the kernel says.</summary>
enum Aim
{
    /// <summary>At 40 to 75 % of the limit.</summary>
    Comfortable,

    /// <summary>At 85 to 95 %.</summary>
    Near,

    /// <summary>At 120 to 200 %: the kernel kills it.</summary>
    Over,
}
