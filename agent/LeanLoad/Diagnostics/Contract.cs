namespace LeanLoad.Diagnostics;

/// <summary>
/// What agent and profiler agree on. They may be built at different times: the first record carries the version.
/// </summary>
static class Contract
{
    /// <summary>
    /// Raised when a reader of the version before would misunderstand; not when kinds or trailing fields are added.
    /// </summary>
    public const int Version = 1;

    /// <summary>The largest record. An EventPipe event holds at most 64 KiB.</summary>
    public const int MaxRecordBytes = 32 << 10;

    /// <summary>The longest text in a record, in UTF-16 units; longer ones are cut and end in an ellipsis.</summary>
    public const int MaxTextLength = 1000;

    /// <summary>
    /// The longest value of an option: fifty of them fit into the first record, without which no reader understands the
    /// others.
    /// </summary>
    public const int MaxOptionLength = 200;
}
