namespace LeanLoad;

/// <summary>
/// Which row of a feed is next. All users of an agent share one feed; of several agents each has its own part of the
/// rows (<c>--agent 2/5</c>).
/// </summary>
public enum FeedOrder
{
    /// <summary>As they stand in the file, one after the other, whoever asks.</summary>
    Sequential,

    /// <summary>
    /// Any row, each as likely as the others, again and again; it has no end. Drawn from the user's own numbers: the
    /// same seed, the same rows.
    /// </summary>
    Random,

    /// <summary>As they stand in the file, and none twice, in the whole fleet.</summary>
    Unique,
}

/// <summary>What happens when a feed has given its last row.</summary>
public enum FeedEnd
{
    /// <summary>It begins anew. The default of <see cref="FeedOrder.Sequential"/>.</summary>
    Wrap,

    /// <summary>
    /// The user that asks stops, after its iteration, as by <see cref="User.StopUser"/>. The default of
    /// <see cref="FeedOrder.Unique"/>.
    /// </summary>
    StopUser,

    /// <summary>The run ends, as by <see cref="User.StopRun"/>.</summary>
    StopRun,
}
