namespace LeanLoad.Profiler.Diagnostics;

/// <summary>How to open a session.</summary>
sealed record SessionOptions
{
    /// <summary>
    /// The session's buffer in MiB, 1 to 4: memory of the <b>agent</b>, on which the kernel counts. A smaller one loses
    /// events when the profiler is held up; the default of the protocol, 256 MiB, would be several times the agent.
    /// Default 2.
    /// </summary>
    public int BufferMiB { get; init; } = 2;

    /// <summary>How long a started agent may take to connect. Default 10 s.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Hears each line that the agent prints, on a thread of the pool. Default: nobody.</summary>
    public Action<string> OnOutput { get; init; } = _ => { };
}
