namespace LeanLoad.Agent.Registry;

/// <summary>Why signing in at the registry failed, in a sentence for the person who started the run.</summary>
sealed class HubException(string message) : Exception(message);
