namespace LeanLoad.Benchmarks.Counting;

/// <summary>One operation of a benchmark, with one set of its parameters.</summary>
/// <param name="Name">Folder, class, method and parameters:
/// <c>Http.ResponseParsing.ParseAndDrain [Payload=Blob]</c>.</param>
/// <param name="IsBaseline">Whether others are compared with it; what it costs is not ours to gate.</param>
/// <param name="Prepare">Makes the benchmark's object and sets it up; what it gives back does one operation.</param>
sealed record Operation(string Name, bool IsBaseline, Func<Action> Prepare);
