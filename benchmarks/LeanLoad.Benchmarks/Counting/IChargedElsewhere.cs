namespace LeanLoad.Benchmarks.Counting;

/// <summary>
/// A benchmark whose operations run on another thread than the caller's; instructions can't be counted there.
/// </summary>
interface IChargedElsewhere
{
    /// <summary>All that the thread they run on has allocated so far.</summary>
    long AllocatedBytes();
}
