namespace LeanLoad.Benchmarks.Processes;

/// <summary>A kind of user, and with how many of it its bytes are measured.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Scenario">Of <c>benchmarks/shapes.cs</c>.</param>
/// <param name="Counts">Three or more: few enough for one processor, enough to stand out of a collector's
/// slack.</param>
/// <param name="Path">What it asks for.</param>
/// <param name="IsSecure">Whether over TLS.</param>
sealed record UserShape(string Name, string Scenario, int[] Counts, string Path = "/", bool IsSecure = false)
{
    public static readonly IReadOnlyList<UserShape> All =
    [
        new("idle", "idle", [10_000, 20_000, 40_000]),
        new("think", "think", [10_000, 20_000, 40_000]),
        new("http", "http", [2_000, 4_000, 8_000]),
        new("https", "http", [500, 1_000, 2_000], IsSecure: true),
        new("cookies", "http", [2_000, 4_000, 8_000], Path: "/cookies"),
    ];
}
