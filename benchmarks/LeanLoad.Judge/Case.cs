using System.Globalization;

namespace LeanLoad.Judge;

/// <summary>One case of the grid; everything random in it comes from its name.</summary>
sealed record Case(Workload Workload, int LimitMiB, Aim Aim, int Seed)
{
    /// <summary>The agent at rest with its standing garbage, about; calibration mends what it is wrong by.</summary>
    const double AgentMiB = 5;

    /// <summary>What a TLS user takes, most of it OpenSSL's and 4 KiB the kernel's: measured at 816 users.</summary>
    const double TlsUserMiB = 0.023;

    /// <summary>
    /// Handshakes a second, of all cases at a time: more would measure the processor, for each takes a millisecond.
    /// </summary>
    const int MostHandshakes = 250;

    /// <summary>Its name, by which a finished case is found again.</summary>
    public string Id =>
        string.Create(CultureInfo.InvariantCulture, $"{Workload.Name}-{LimitMiB}-{Aim}-{Seed}").ToLowerInvariant();

    /// <summary>
    /// What its sizes are drawn by, and what its users draw: of each case its own, or all limits of a seed would have
    /// the same users, and say one thing many times.
    /// </summary>
    /// <remarks>Not HashCode.Combine, which is another one in each process.</remarks>
    public int Dice => (int)Math.Min(int.MaxValue, Math.Abs((long)Workload.Name.Aggregate(
        Seed * 1009 + LimitMiB * 31 + (int)Aim, static (hash, letter) => unchecked(hash * 31 + letter))));

    /// <summary>The kernel's limit.</summary>
    public Bytes Limit => Bytes.FromMiB(LimitMiB);

    /// <summary>What the child process of a bootstrap takes before it does anything, about; zero without one.</summary>
    public Bytes ChildAtRest => Workload.Grows == Growth.InChild ? Bytes.FromMiB(4) : Bytes.Zero;

    /// <summary>Seconds that its ramp takes; 60 and more for cases of a minute.</summary>
    public double RampSeconds { get; init; } = 4;

    /// <summary>Seconds over which so many users come: longer than asked for where each takes a handshake.</summary>
    public double RampOf(int users) => Workload.Grows switch
    {
        Growth.WithTime or Growth.AtOnce or Growth.InChild => 1,
        Growth.Connections => Math.Max(RampSeconds, users / (double)MostHandshakes),
        _ => RampSeconds,
    };

    /// <summary>Seconds that a run with so many users lasts.</summary>
    public double SecondsOf(int users) => Math.Max(RampSeconds, RampOf(users)) + Workload.Seconds;

    /// <summary>What the agent is asked for.</summary>
    public Sizing Draw()
    {
        var random = new Random(Dice);
        var target = Aim switch
        {
            Aim.Comfortable => 0.40 + 0.35 * random.NextDouble(),
            Aim.Near => 0.87 + 0.06 * random.NextDouble(),
            _ => 1.2 + 0.8 * random.NextDouble(),
        };
        var growth = Math.Max(1, LimitMiB * target - AgentMiB - ChildAtRest.MiB);
        var users = random.Next(Workload.Users.Least, Workload.Users.Most + 1);
        if (Workload.Grows == Growth.Connections) users = Math.Max(20, (int)(growth / TlsUserMiB));
        var each = growth * Workload.PerUser(users);
        if (Workload.Name == "leak") each /= RampSeconds + 6;
        return new Sizing(users, Bytes.FromMiB(Math.Max(0.001, each)),
            Bytes.FromMiB(LimitMiB * target));
    }
}

/// <summary>How a case is sized.</summary>
/// <param name="Users">Planned users.</param>
/// <param name="Each">What each takes.</param>
/// <param name="Target">The peak that is aimed at.</param>
readonly record struct Sizing(int Users, Bytes Each, Bytes Target)
{
    /// <summary>
    /// The same, mended by what a run without limit reached: what is not growth is taken to be right.
    /// </summary>
    public Sizing MendedBy(Bytes reached, Bytes atRest, bool byUsers)
    {
        var factor = (Target - atRest).Count / (double)Math.Max(1, (reached - atRest).Count);
        factor = Math.Clamp(factor, 0.3, 3);
        return byUsers ? this with { Users = Math.Max(4, (int)(Users * factor)) } : this with { Each = Each * factor };
    }
}
