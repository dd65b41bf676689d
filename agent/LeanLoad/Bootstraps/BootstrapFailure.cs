namespace LeanLoad.Bootstraps;

/// <summary>
/// A bootstrap that threw, hung, returned nothing, or whose child process died: where no user has come yet, the run
/// ends with exit code 3, or 86 where a budget had not as much memory as it takes.
/// </summary>
/// <param name="name">The bootstrap.</param>
/// <param name="reason">What happened, and where it helps, what to do.</param>
/// <param name="isForWantOfMemory">Whether there was not as much memory as it takes.</param>
sealed class BootstrapFailure(string name, string reason, bool isForWantOfMemory = false)
    : Exception($"The bootstrap {name} failed: {reason}")
{
    /// <summary>Whether there was not as much memory as it takes.</summary>
    public bool IsForWantOfMemory => isForWantOfMemory;

    /// <summary>What happened, without the name.</summary>
    public string Reason => reason;
}
