namespace LeanLoad.Bootstraps;

/// <summary>
/// A bootstrap that threw, hung, returned nothing, or whose child process died: the run ends before its first user,
/// with exit code 3.
/// </summary>
/// <param name="name">The bootstrap.</param>
/// <param name="reason">What happened, and where it helps, what to do.</param>
sealed class BootstrapFailure(string name, string reason) : Exception($"The bootstrap {name} failed: {reason}")
{
    /// <summary>What happened, without the name.</summary>
    public string Reason => reason;
}
