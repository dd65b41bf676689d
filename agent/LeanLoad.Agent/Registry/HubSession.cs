namespace LeanLoad.Agent.Registry;

/// <summary>
/// A sign-in: what it takes to pull, and the devices to pull for. Immutable, so that all users may share one.
/// </summary>
/// <param name="TokenUrl">Where the token came from.</param>
/// <param name="Token">The bearer token.</param>
/// <param name="Devices">The fleet; about 2 MiB.</param>
sealed record HubSession(string TokenUrl, string Token, Device[] Devices)
{
    /// <summary>
    /// Signs in once for all users. In a child process: the table of models is needed only to check the devices, and
    /// takes three times as much memory as what comes home.
    /// </summary>
    [Bootstrap(Isolated = true)]
    public static async Task<HubSession> SignIn(BootstrapContext context, RegistrySettings settings)
    {
        var hub = new Hub(context.Http, settings);
        var (challenge, token) = await hub.Authenticate();
        var models = await hub.Models(challenge, token);
        var devices = await hub.Devices(challenge, token, models);
        await hub.Enter(token);
        return new HubSession(challenge.TokenUrl(settings.Image), token, devices);
    }

    /// <summary>All but the token.</summary>
    public override string ToString() =>
        $"{Devices.Length} {(Devices.Length == 1 ? "device" : "devices")}, token from {TokenUrl}";
}
