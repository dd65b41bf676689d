using System.Runtime.CompilerServices;
using LeanLoad.Profiler.Diagnostics;

namespace LeanLoad.Tests.Capture;

/// <summary>What a recorded stream tells, kept.</summary>
sealed class Recording
{
    readonly List<byte[]> records = [];
    readonly List<AllocationSample> samples = [];
    readonly List<Collection> collections = [];
    readonly List<string> warnings = [];

    Recording()
    {
    }

    public IReadOnlyList<byte[]> Records => records;

    public IReadOnlyList<AllocationSample> Samples => samples;

    public IReadOnlyList<Collection> Collections => collections;

    public IReadOnlyList<string> Warnings => warnings;

    public SessionEnd End { get; private set; }

    public int ProcessId { get; private set; }

    /// <summary>A file below tests/fixtures.</summary>
    public static string Fixture(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "fixtures", name));

    public static Recording Of(string fixture) => Of(File.OpenRead(Fixture(fixture)));

    public static Recording Of(Stream stream)
    {
        var heard = new Recording();
        using (stream)
        {
            var translator = new EventTranslator(heard.Sink());
            heard.End = translator.Read(stream);
            heard.ProcessId = translator.ProcessId;
        }

        return heard;
    }

    CaptureSink Sink() => new()
    {
        OnRecord = record => records.Add(record.ToArray()),
        OnAllocation = samples.Add,
        OnCollection = collections.Add,
        OnWarning = warnings.Add,
    };
}
