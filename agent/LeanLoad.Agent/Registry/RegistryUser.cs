namespace LeanLoad.Agent.Registry;

/// <summary>Pulls with the sign-in that all users share.</summary>
[LoadUser(Scenario = "registry")]
sealed class RegistryUser(RegistrySettings settings, HubSession session) : RegistryTasks(settings)
{
    protected override HubSession Session => session;
}
