namespace LeanLoad.Agent.Registry;

/// <summary>Which image to pull from the registry of <c>--url</c>, and as whom.</summary>
[LoadSettings]
sealed record RegistrySettings
{
    [Setting("The repository, such as library/device-agent")]
    public required string Image { get; init; }

    [Setting("The tag whose list of platforms is fetched, such as 1.0")]
    public required string Tag { get; init; }

    [Setting("The manifest that is pulled, such as sha256:0123…")]
    public required string Digest { get; init; }

    // Not --user and --secret: --user 40 in place of --users 40 would be taken for a name, and one user would run.
    [Setting("Who signs in at the token endpoint")]
    public required string RegistryUser { get; init; }

    [Setting("The user's secret", Secret = true)]
    public required string RegistrySecret { get; init; }

    [Setting("The address below which catalogue/models is; default: the origin of the token endpoint")]
    public Uri? Catalogue { get; init; }

    /// <summary>All but the secret.</summary>
    public override string ToString() => $"{Image}:{Tag}@{Digest} as {RegistryUser}";
}
