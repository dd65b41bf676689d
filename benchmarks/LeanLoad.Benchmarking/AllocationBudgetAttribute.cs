namespace LeanLoad.Benchmarking;

/// <summary>
/// The most that one operation of a benchmark may allocate; <c>gate</c> fails where it allocates more.
/// </summary>
/// <param name="most">A size with its unit: <c>0 B</c>, <c>2 KiB</c>, <c>0.1 MB</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllocationBudgetAttribute(string most) : Attribute
{
    /// <summary>As written.</summary>
    public string Most => most;
}
