namespace LeanLoad.Cli;

/// <summary>How a run ended, for scripts and CI.</summary>
enum ExitCode
{
    /// <summary>It ran as planned.</summary>
    Passed = 0,

    /// <summary>A fault of LeanLoad itself.</summary>
    InternalError = 1,

    /// <summary>An option or a setting is wrong or missing.</summary>
    Usage = 2,

    /// <summary>The target gave no response, or a bootstrap failed.</summary>
    TargetUnreachable = 3,

    /// <summary>The run would exceed its memory, and stopped itself.</summary>
    OverMemory = 86,

    /// <summary>Results could not be stored completely.</summary>
    ResultsIncomplete = 87,

    /// <summary>The generator was the limit: the results say nothing about the target.</summary>
    GeneratorLimited = 88,

    /// <summary>A threshold failed.</summary>
    ThresholdFailed = 99,

    /// <summary>Stopped by a signal.</summary>
    Interrupted = 105,
}
