namespace LeanLoad.Agent.Registry;

/// <summary>
/// The mistake of the story: each user signs in for itself and keeps what it got. The first costs 8 MiB, every other 2
/// MiB; with enough users the kernel ends the run. <see cref="RegistryUser"/> does the same once for all.
/// </summary>
[LoadUser(Scenario = "registry-per-user")]
sealed class RegistryPerUser(RegistrySettings settings) : RegistryTasks(settings)
{
    /// <summary>
    /// A static that changes: here on purpose, it is how such code comes about ("the table at least we load once").
    /// </summary>
    static Task<DeviceModel[]>? models;

    HubSession? session;

    protected override HubSession Session => session ?? throw new InvalidOperationException("Start has not run.");

#pragma warning disable LL063, LL064 // The mistake on purpose: what these rules warn of is what the story shows.
    protected override async ValueTask Start()
    {
        var hub = new Hub(Http, Settings);
        var (challenge, token) = await hub.Authenticate();
        models ??= hub.Models(challenge, token).AsTask();
        var devices = await hub.Devices(challenge, token, await models);
        await hub.Enter(token);
        session = new HubSession(challenge.TokenUrl(Settings.Image), token, devices);
    }
#pragma warning restore LL063, LL064
}
