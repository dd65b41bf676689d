namespace LeanLoad.Benchmarks.Counting;

/// <summary>
/// A benchmark whose operations run on another thread than the caller's: a loop's, where bytes and instructions are
/// counted then.
/// </summary>
interface IChargedElsewhere
{
    /// <summary>All that the thread they run on has allocated so far.</summary>
    long AllocatedBytes();
}
