namespace LeanLoad.Profiler.Target;

/// <summary>What the embedded registry serves, and to whom. It listens on 127.0.0.1 alone.</summary>
sealed record TargetOptions
{
    /// <summary>TCP port, 0 to 65535; 0 takes any free one. Default 0.</summary>
    public int Port { get; init; }

    /// <summary>
    /// The one user that may sign in; not empty, without a colon (RFC 7617 §2). Default <c>device</c>.
    /// </summary>
    public string User { get; init; } = "device";

    /// <summary>The user's secret; not empty. Never printed.</summary>
    public required string Secret { get; init; }

    /// <summary>Content of image and catalogue: the same seed gives the same bytes and digests. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// How long a token is valid, one second to a day. Docker's default is a minute; a load test outlasts that. Default
    /// one hour.
    /// </summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Whether the user is granted <c>push</c> where asked for. The embedded registry itself is read-only;
    /// this is for a real one that trusts our tokens. Default false.
    /// </summary>
    public bool GrantsPush { get; init; }

    /// <summary>The time that tokens are issued and checked by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Everything that is wrong, each naming the option as typed.</summary>
    public IEnumerable<string> Problems()
    {
        if (Port is < 0 or > 65535) yield return $"--port is {Port}; a port is 0 (any free one) to 65535.";
        if (User.Length == 0) yield return "--user is empty; give the name that agents sign in with.";
        if (User.Contains(':', StringComparison.Ordinal))
        {
            yield return $"--user \"{User}\" contains a colon, which Basic authentication cannot carry.";
        }

        if (Secret.Length == 0) yield return "--secret is empty; give the secret that agents sign in with.";
        if (TokenLifetime < TimeSpan.FromSeconds(1) || TokenLifetime > TimeSpan.FromDays(1))
        {
            yield return $"--token-lifetime is {TokenLifetime.TotalSeconds:0.###}s; give 1s to 24h.";
        }
    }

    /// <summary>All but the secret.</summary>
    public override string ToString() => $"port {Port}, user {User}, seed {Seed}, token lifetime {TokenLifetime}";
}
