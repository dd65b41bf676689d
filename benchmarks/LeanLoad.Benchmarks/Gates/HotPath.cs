namespace LeanLoad.Benchmarks.Gates;

/// <summary>A method that the gate promises to watch.</summary>
/// <param name="File">Its source, relative to the repository.</param>
/// <param name="Method">How its declaration begins.</param>
/// <param name="Benchmark">The benchmark that must see what it allocates.</param>
sealed record HotPath(string File, string Method, string Benchmark)
{
    /// <summary>One at least for each benchmark of the budget file that allocates nothing.</summary>
    public static IReadOnlyList<HotPath> All { get; } =
    [
        new("agent/LeanLoad/Diagnostics/RecordWriter.cs", "public static int Write<T>(",
            "Diagnostics.RecordEncoding.Records"),
        new("agent/LeanLoad/Http/BodyReader.cs", "public OperationStatus Read(",
            "Http.ResponseParsing.ParseAndDrain [Payload=Blob]"),
        new("agent/LeanLoad/Http/ResponseHead.cs", "public static OperationStatus Parse(",
            "Http.ResponseParsing.ParseAndDrain [Payload=Manifest]"),
        new("agent/LeanLoad/Http/ResponseHead.cs", "static bool TryReadStatusLine(",
            "Http.ResponseParsing.ParseAndDrain [Payload=Token]"),
        new("agent/LeanLoad/Http/HttpConnection.cs", "void ReadBody(", "Http.Exchange.HttpUser"),
        new("agent/LeanLoad/Http/RequestWriter.cs", "public void AppendHole(", "Http.RequestRendering.Render"),
        new("agent/LeanLoad/Load/ArrivalPlan.cs", "public long DueAt(", "Load.DueArrivals.DueAt"),
        new("agent/LeanLoad/Load/ClassMix.cs", "public int Next(", "Load.UserMixing.Next"),
        new("agent/LeanLoad/Load/LoadPlan.cs", "public int UsersDueAt(", "Load.DueUsers.UsersDueAt"),
        new("agent/LeanLoad/Loop/TimerWheel.cs", "public int Add(", "Loop.TimerWheelBenchmark.TimerWheel"),
        new("agent/LeanLoad/Memory/Ledger.cs", "public int Switch(", "Memory.LedgerSwitch.Switch"),
        new("agent/LeanLoad/Memory/Ledger.cs", "public int Switch(", "Memory.LedgerSwitch.SwitchWhileWatched"),
        new("agent/LeanLoad/Memory/ManagedMemory.cs", "public ManagedReading Read(", "Memory.Reading.Read"),
        new("agent/LeanLoad/Stats/LatencyHistogram.cs", "public void Record(", "Stats.HistogramRecording.Record"),
        new("agent/LeanLoad/Stats/RequestTable.cs", "public void Record(", "Stats.RequestCounting.Record"),
        new("agent/LeanLoad/Users/FlowCursor.cs", "public PlannedTask Next(", "Users.FlowPicking.Next"),
        new("agent/LeanLoad/Users/UserPlan.cs", "public PlannedTask Pick(", "Users.TaskPicking.Pick"),
    ];

    /// <summary>The source with a statement put first into the method's body.</summary>
    /// <exception cref="MeasurementException">The method is not there any more: this list is to follow it.</exception>
    public string With(string statement, string source)
    {
        const string body = "\n    {\n";
        var declaration = source.IndexOf(Method, StringComparison.Ordinal);
        var begin = declaration < 0 ? -1 : source.IndexOf(body, declaration, StringComparison.Ordinal);
        if (begin < 0) throw new MeasurementException(
            $"{File} has no method \"{Method}\" with a body: Gates/{nameof(HotPath)}.cs is out of date.");
        return source.Insert(begin + body.Length, $"        {statement}\n");
    }
}
