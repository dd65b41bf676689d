namespace LeanLoad.Benchmarks.Counting;

/// <summary>One operation of a benchmark, with one set of its parameters.</summary>
/// <param name="Name">
/// Folder, class, method and parameters: <c>Http.ResponseParsing.ParseAndDrain [Payload=Blob]</c>.
/// </param>
/// <param name="IsBaseline">Whether others are compared with it; what it costs is not ours to gate.</param>
/// <param name="Prepare">Makes the benchmark's object and sets it up.</param>
sealed record Operation(string Name, bool IsBaseline, Func<Prepared> Prepare)
{
    /// <summary>Operations that one call does; a divisor of 1,024.</summary>
    public int PerCall { get; init; } = 1;

    /// <summary>Whether it runs on another thread than its caller's.</summary>
    public bool IsElsewhere { get; init; }
}

/// <summary>An operation that can be done.</summary>
/// <param name="Call">Does it.</param>
/// <param name="AllocatedBytes">All that the thread which it runs on has allocated so far.</param>
/// <param name="Close">Ends what it was prepared with, threads among it.</param>
sealed record Prepared(Action Call, Func<long> AllocatedBytes, Action Close);
