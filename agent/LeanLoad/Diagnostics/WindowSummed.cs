using LeanLoad.Stats;

namespace LeanLoad.Diagnostics;

/// <summary>
/// A closed window, summed over all loops, names and tasks; written at the run's end. What began in an earlier epoch is
/// in the window it began in.
/// </summary>
readonly record struct WindowSummed : IRecord
{
    /// <summary>From 0; of several windows that were put together, the last one's.</summary>
    public int Number { get; init; }

    /// <summary>Its epoch, from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>What it is.</summary>
    public WindowKind Window { get; init; }

    /// <summary>Whether it stands for several windows, for which there was no room.</summary>
    public bool IsJoined { get; init; }

    /// <summary>When it began, since the run started.</summary>
    public TimeSpan Began { get; init; }

    /// <summary>When it ended.</summary>
    public TimeSpan Ended { get; init; }

    /// <summary>Users that ran, on average over its time.</summary>
    public double MeanUsers { get; init; }

    /// <summary>Requests that ended.</summary>
    public long Requests { get; init; }

    /// <summary>Those of them that failed.</summary>
    public long Failures { get; init; }

    /// <summary>Iterations that ended, well or not.</summary>
    public long Iterations { get; init; }

    /// <summary>The sum of their times, first step to last.</summary>
    public TimeSpan IterationTime { get; init; }

    /// <summary>The sum of the pauses that ended.</summary>
    public TimeSpan PauseTime { get; init; }

    /// <summary>Response times: due to completed.</summary>
    public LatencyHistogram Response { get; init; }

    /// <summary>Service times: sent to completed; null where they are the response times.</summary>
    public LatencyHistogram? Service { get; init; }

    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.WindowSummed;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Count(Number);
        writer.Count(Epoch);
        writer.Count((int)Window);
        writer.Bool(IsJoined);
        writer.Time(Began);
        writer.Time(Ended);
        writer.Double(MeanUsers);
        writer.Count(Requests);
        writer.Count(Failures);
        writer.Count(Iterations);
        writer.Time(IterationTime);
        writer.Time(PauseTime);
        writer.Bool(Service is not null);
        writer.Histogram(Response);
        if (Service is not null) writer.Histogram(Service);
    }

    internal static WindowSummed Read(ref RecordReader reader)
    {
        var window = new WindowSummed
        {
            Number = reader.SmallCount(),
            Epoch = reader.SmallCount(),
            Window = (WindowKind)reader.Choice(),
            IsJoined = reader.Bool(),
            Began = reader.Time(),
            Ended = reader.Time(),
            MeanUsers = reader.Double(),
            Requests = reader.Count(),
            Failures = reader.Count(),
            Iterations = reader.Count(),
            IterationTime = reader.Time(),
            PauseTime = reader.Time(),
        };
        var hasService = reader.Bool();
        return window with { Response = reader.Histogram(), Service = hasService ? reader.Histogram() : null };
    }
}
