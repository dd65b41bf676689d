namespace LeanLoad.Judge;

/// <summary>What grows, and how a case of it is sized.</summary>
/// <param name="Name">The scenario of the hungry load file.</param>
/// <param name="Grows">What makes it grow.</param>
/// <param name="Users">Fewest and most users of a case.</param>
/// <param name="Seconds">How long a run lasts after its ramp.</param>
/// <param name="PerUser">Of the growth, what one user's <c>--each</c> is: 1 / users of it, or all.</param>
sealed record Workload(string Name, Growth Grows, (int Least, int Most) Users, int Seconds, Func<int, double> PerUser)
{
    static double Share(int users) => 1.0 / users;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("linear", Growth.WithUsers, (12, 60), 1, Share),
        new("bootstraps", Growth.WithUsers, (12, 40), 1, Share),
        new("native", Growth.WithUsers, (12, 60), 1, Share),
        new("fragments", Growth.WithUsers, (8, 20), 4, Share),
        // The same, whose users come to hold more or less as they go on, by chance: nobody can foretell their peak.
        new("wander", Growth.WithUsers, (8, 20), 4, Share),
        // The last quarter of the users takes nearly all.
        new("step", Growth.WithUsers, (16, 40), 1, users => 1.0 / (users / 4 + (users - users / 4) / 16.0)),
        // Each is for a second: of the ten that it runs, and of those that a longer ramp adds.
        new("leak", Growth.WithTime, (2, 8), 10, users => 1.0 / users),
        new("sawtooth", Growth.WithTime, (2, 6), 8, Share),
        new("spikes", Growth.WithTime, (1, 1), 6, _ => 1),
        new("rush", Growth.AtOnce, (2, 8), 3, Share),
        new("burst", Growth.AtOnce, (2, 8), 4, Share),
        new("tls", Growth.Connections, (40, 400), 1, Share),
        new("sockets", Growth.Sockets, (10, 60), 2, Share),
        // Text, the parser's table and the names kept, in a child process: about five times the document.
        new("digested", Growth.InChild, (2, 8), 1, _ => 1.0 / 5),
        // Memory of the child's that no collector knows of, within two seconds.
        new("absorbed", Growth.InChild, (2, 8), 1, _ => 1),
        new("lowered", Growth.Lowered, (12, 40), 3, Share),
    ];

    /// <summary>The agent's scenario: a limit is lowered under a load that grows with users.</summary>
    public string Scenario => Name == "lowered" ? "linear" : Name;

    /// <summary>The first user who takes all of "each": of a step the first of the last quarter.</summary>
    public int FirstWhoGrows(int users) => Name == "step" ? users - users / 4 : 0;
}

/// <summary>What makes a workload grow.</summary>
enum Growth
{
    WithUsers,
    WithTime,
    AtOnce,

    /// <summary>TLS connections: a user's size is OpenSSL's, so the number of users is chosen.</summary>
    Connections,

    /// <summary>Socket buffers, which v1 counts beside the limit, so that nothing there ever kills.</summary>
    Sockets,

    /// <summary>A bootstrap's child process, beside the agent and before its first user.</summary>
    InChild,

    /// <summary>As with users, in a limit that becomes what it is in the middle of the run.</summary>
    Lowered,
}
