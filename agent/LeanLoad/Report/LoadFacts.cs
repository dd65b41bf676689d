namespace LeanLoad.Report;

/// <summary>What an explanation needs beside the run's figures.</summary>
/// <param name="IsOpen">Whether iterations arrived by a rate.</param>
/// <param name="Users">Users that were asked for; of an open model, the pool.</param>
/// <param name="BegunLate">Arrivals that had to wait for a free user, and then began.</param>
/// <param name="Loops">Event loops.</param>
/// <param name="Levels">Throughput by the number of users.</param>
sealed record LoadFacts(bool IsOpen, int Users, long BegunLate, int Loops, IReadOnlyList<LoadLevel> Levels);
