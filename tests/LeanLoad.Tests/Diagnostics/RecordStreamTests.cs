using System.Diagnostics.Tracing;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Diagnostics;

/// <summary>The event source is one for the whole process: these tests run alone.</summary>
[CollectionDefinition(nameof(RecordStreamTests), DisableParallelization = true)]
[Collection(nameof(RecordStreamTests))]
public sealed class RecordStreamTests : IDisposable
{
    static readonly TimeSpan Now = TimeSpan.FromSeconds(3);
    static readonly ScopeDefined Start = new(new(3, ScopeKind.UserStart, "HubUser.Start"));
    static readonly RequestDefined Name = new(1, "GET /v2/");

    readonly string directory = Directory.CreateTempSubdirectory("leanload-stream-").FullName;

    string File => Path.Combine(directory, "run.journal");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void The_source_has_no_error_that_would_disable_it()
    {
        Assert.Null(LeanLoadEventSource.Log.ConstructionException);
        var manifest = EventSource.GenerateManifest(typeof(LeanLoadEventSource), null, EventManifestOptions.Strict);
        Assert.Contains("<data name=\"payload\"", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void A_listener_receives_every_record_whole()
    {
        using var listener = new Listener(EventKeywords.All);
        using var stream = new RecordStream();
        Assert.True(stream.IsOn);
        stream.Write(Start);
        stream.Write(new Tick { At = Now, UsersRunning = 7 });
        Assert.Equal([Start, new Tick { At = Now, UsersRunning = 7 }], listener.Records);
        Assert.Empty(listener.Messages);
    }

    [Fact]
    public void Journal_and_listener_receive_the_same()
    {
        using var listener = new Listener(LeanLoadEventSource.Keywords.Records);
        Assert.True(JournalWriter.TryCreate(File, out var journal, out _));
        using (var stream = new RecordStream(journal))
        {
            stream.Write(SampleRun.Started);
            stream.Write(Name);
            stream.Write(new ScopeCharged(Now, 0, 3, new(4096), 2));
            stream.Write(new RunEnded(Now, 0, "All is well.", IsComplete: true, "passed"));
            Assert.True(stream.IsComplete);
        }

        Assert.Equal(listener.Payloads, JournalTests.Read(File));
        Assert.Equal(4, listener.Payloads.Count);
    }

    [Fact]
    public void Who_attaches_late_is_told_the_definitions_the_phase_and_the_budget_once()
    {
        using var stream = new RecordStream();
        Assert.False(stream.IsOn);
        stream.Write(Start);
        stream.Write(new PhaseChanged(Now, RunPhase.Bootstrap));
        stream.Write(new Tick { At = Now });
        stream.Write(Name);
        stream.Write(new PhaseChanged(Now, RunPhase.Ramp));
        var budget = new BudgetChanged(Now, new(48 << 20), "memory cgroup /x, 48.0 MiB", new(48 << 20));
        stream.Write(budget);
        var before = stream.Sessions;

        using var listener = new Listener(EventKeywords.All);
        Assert.NotEqual(before, stream.Sessions);
        stream.Write(new Warning(Now, "a", "first"));
        stream.Write(new Warning(Now, "a", "second"));
        Assert.Equal(
            [Start, Name, new PhaseChanged(Now, RunPhase.Ramp), budget, new Warning(Now, "a", "first"),
                new Warning(Now, "a", "second")],
            listener.Records);
    }

    [Fact]
    public void A_journal_has_a_tick_s_deltas_in_the_file_when_the_tick_is_written()
    {
        Assert.True(JournalWriter.TryCreate(File, out var journal, out _));
        using var stream = new RecordStream(journal);
        stream.Write(new ScopeCharged(Now, 0, 3, new(4096), 2));
        Assert.Empty(JournalTests.Read(File));
        stream.Write(new Tick { At = Now });
        Assert.Equal(2, JournalTests.Read(File).Count);
    }

    [Fact]
    public void Tables_tell_the_stream_what_adds_up_to_their_totals()
    {
        using var listener = new Listener(EventKeywords.All);
        using var stream = new RecordStream();
        var names = new RequestNames();
        var id = names.Intern("GET /v2/");
        var table = new RequestTable(names);
        var iterations = new IterationTable(5);
        for (var second = 1; second <= 3; second++)
        {
            table.Record(id, 1000 * second, 900, 50);
            table.Record(id, 30, 30, 0, FailureKind.Timeout);
            if (second == 1) table.AddExample(id, FailureKind.Timeout, "no response within 10 s");
            iterations.Record(4, 5000, failed: second == 2);
            table.Tick(TimeSpan.FromSeconds(second), stream);
            iterations.Tick(TimeSpan.FromSeconds(second), stream);
        }

        table.Tick(Now, stream);
        var (told, tasks) = (new RequestStats(), new IterationStats());
        foreach (var record in listener.Records)
        {
            if (record is RequestDelta delta) delta.AddTo(told);
            if (record is FailureSeen failure) told.AddFailures(failure.Failure, failure.Count);
            if (record is IterationDelta task) tasks.Add(task.Iterations, task.Failures, task.Time);
        }

        var report = new SortedDictionary<int, RequestStats>();
        table.AddTo(report);
        Assert.Equal((6, 3, 150), (told.Requests, told.Failures, told.BytesReceived));
        Assert.Equal(report[id].Response, told.Response);
        Assert.Equal(report[id].Service, told.Service);
        Assert.Equal((3, 1), (tasks.Iterations, tasks.Failures));
        Assert.Equal(["no response within 10 s", null, null],
            listener.Records.OfType<FailureSeen>().Select(failure => failure.Example));
        Assert.Equal([new(RequestNames.Other, RequestNames.OtherName), Name],
            listener.Records.Take(2).Cast<RequestDefined>());
        Assert.Equal(3, listener.Records.OfType<FailureSpan>()
            .Count(static span => span.First > TimeSpan.Zero && span.First == span.Last));
        Assert.Equal(14, listener.Records.Count);
    }

    [Fact]
    public void A_delta_too_large_for_one_record_arrives_in_two()
    {
        using var listener = new Listener(EventKeywords.All);
        using var stream = new RecordStream();
        var (response, service) = (new LatencyHistogram(), new LatencyHistogram());
        for (var index = 0; index < LatencyHistogram.BucketCount; index++)
        {
            response.AddBucket(index, 1 << 27);
            service.AddBucket(index, 1 << 28);
        }

        response.AddBounds(1, 0, LatencyHistogram.HighestUs, 0);
        service.AddBounds(1, 0, LatencyHistogram.HighestUs, 0);

        stream.Write(new RequestDelta(Now, 1, response.Count, 0, 9, response, service));
        var told = new RequestStats();
        foreach (var record in listener.Records) Assert.IsType<RequestDelta>(record).AddTo(told);
        Assert.Equal(2, listener.Records.Count);
        Assert.Equal((response.Count, service.Count, 9), (told.Response.Count, told.Service.Count, told.BytesReceived));
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public void A_record_that_is_too_large_is_counted_and_makes_the_stream_incomplete()
    {
        using var stream = new RecordStream();
        var classes = Enumerable.Range(0, 40).Select(i => new PlannedClass(new string('x', 1000), i)).ToList();
        stream.Write(SampleRun.Started with { Classes = classes });
        Assert.Equal(1, stream.Refused);
        Assert.False(stream.IsComplete);
    }

    [Fact]
    public void A_second_of_a_run_is_journaled_without_allocation()
    {
        Assert.True(JournalWriter.TryCreate(File, out var journal, out _));
        using var stream = new RecordStream(journal);
        var names = new RequestNames();
        var id = names.Intern("GET /v2/");
        var table = new RequestTable(names);
        var iterations = new IterationTable(4);
        Second();
        Second();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++) Second();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Second()
        {
            for (var us = 100; us < 50_000; us += 100) table.Record(id, us + 40, us, 512);
            table.Record(id, 70, 70, 0, FailureKind.Closed);
            iterations.Record(3, 9_000, failed: false);
            table.Tick(Now, stream);
            iterations.Tick(Now, stream);
            stream.Write(new ScopeCharged(Now, 0, 3, new(4096), 12));
            stream.Write(new Tick { At = Now, Memory = new() { Unreclaimable = new(1 << 24) } });
        }
    }

    [Fact]
    public void An_undefined_keyword_would_be_told_so_this_listener_would_notice()
    {
        using var listener = new Listener(EventKeywords.All, Broken.SourceName);
        using var broken = new Broken();
        broken.Record();
        Assert.NotEmpty(listener.Messages);
    }

    sealed class Listener : EventListener
    {
        readonly string name;
        readonly EventKeywords keywords;
        readonly bool isReady;

        public Listener(EventKeywords keywords, string name = LeanLoadEventSource.ProviderName)
        {
            // The base constructor has already announced the sources there were: before these fields were set.
            (this.keywords, this.name) = (keywords, name);
            isReady = true;
            _ = LeanLoadEventSource.Log;
            foreach (var source in EventSource.GetSources().Where(source => source.Name == name))
            {
                EnableEvents(source, EventLevel.Verbose, keywords);
            }
        }

        public List<byte[]> Payloads { get; } = [];

        public List<string> Messages { get; } = [];

        public List<IRecord> Records => [.. Payloads.Select(payload =>
        {
            Assert.True(RecordReader.TryRead(payload, out var record));
            return record;
        })];

        protected override void OnEventSourceCreated(EventSource source)
        {
            if (isReady && source.Name == name) EnableEvents(source, EventLevel.Verbose, keywords);
        }

        protected override void OnEventWritten(EventWrittenEventArgs written)
        {
            if (written.EventName == "EventSourceMessage") Messages.Add(written.Payload![0]!.ToString()!);
            else Payloads.Add((byte[])written.Payload![0]!);
        }
    }

    [EventSource(Name = SourceName)]
    sealed class Broken : EventSource
    {
        public const string SourceName = "LeanLoad-Test-Broken";

        [Event(1, Keywords = (EventKeywords)2)]
        public void Record() => WriteEvent(1);
    }
}
