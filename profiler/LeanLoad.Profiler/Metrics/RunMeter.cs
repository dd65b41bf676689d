using System.Diagnostics.Metrics;
using System.Text.Json;
using LeanLoad.Diagnostics;
using LeanLoad.Stats;

namespace LeanLoad.Profiler.Metrics;

/// <summary>
/// What an agent tells, as instruments that any exporter can read. Counters count from the start and never fall:
/// warm-up and earlier epochs are in them. One time series for each name and kind of failure, and the agent bounds the
/// names. Where scenarios run side by side, what is kept for each carries its name, and there is no series of their
/// sum beside: they are as many as user classes at most. The session's thread writes; exporters read.
/// </summary>
sealed class RunMeter : IDisposable
{
    /// <summary>What exporters listen to.</summary>
    public const string Name = "LeanLoad";

    readonly Meter meter = new(Name);
    readonly Dictionary<int, KeyValuePair<string, object?>> names = [];
    // Of the scope of a task: its name, and where there are several its scenario.
    readonly Dictionary<int, KeyValuePair<string, object?>[]> tasks = [];
    readonly SortedDictionary<int, (KeyValuePair<string, object?> Tag, ScenarioKept? Kept)> scenarios = [];
    readonly Counter<long> requests;
    readonly Counter<long> failures;
    readonly Counter<long> cut;
    readonly Counter<long> received;
    readonly Counter<long> iterations;
    readonly Counter<long> thrown;
    readonly Histogram<double> response;
    readonly Histogram<double> service;
    readonly Histogram<double> iterationTime;
    readonly Lock gate = new();
    BudgetChanged budget;
    Tick? latest;
    Books? books;
    Projected? projected;

    public RunMeter()
    {
        requests = meter.CreateCounter<long>("leanload.requests", "{request}", "Requests that ended.");
        failures = meter.CreateCounter<long>(
            "leanload.request.failures", "{request}", "Requests that failed, by kind.");
        cut = meter.CreateCounter<long>(
            "leanload.request.cut", "{request}", "Requests in flight when the time for stopping was over.");
        received = meter.CreateCounter<long>("leanload.received", "By", "Bytes of responses, as on the wire.");
        iterations = meter.CreateCounter<long>("leanload.task.iterations", "{iteration}", "Iterations that ended.");
        thrown = meter.CreateCounter<long>("leanload.task.failures", "{iteration}", "Iterations that threw.");
        response = meter.CreateHistogram<double>(
            "leanload.response.time", "s", "From when a request was due to its last byte.");
        service = meter.CreateHistogram<double>(
            "leanload.service.time", "s", "From when a request was sent to its last byte.");
        iterationTime = meter.CreateHistogram<double>(
            "leanload.task.time", "s", "From an iteration's first step to its last.");
        meter.CreateObservableGauge("leanload.users", ReadUsers, "{user}", "Users by state.");
        meter.CreateObservableGauge(
            "leanload.iterations", ReadBooks, "{iteration}", "Planned iterations by what became of them.");
        meter.CreateObservableGauge("leanload.memory", ReadMemory, "By", "Memory of the agent.");
    }

    /// <summary>Takes one record as its bytes; what it does not count is left alone.</summary>
    public void Accept(ReadOnlySpan<byte> bytes)
    {
        if (!RecordReader.TryRead(bytes, out var record)) return;
        switch (record)
        {
            case RequestDefined(var id, var name): names[id] = new("name", name); break;
            case ScopeDefined(var scope): tasks[scope.Id] = [new("task", scope.Name)]; break;
            case RequestDelta delta: Count(delta); break;
            // Neither a request nor a failure.
            case FailureSeen { Failure: FailureKind.Cut } ended: cut.Add(ended.Count, NameOf(ended.Name)); break;
            case FailureSeen failure: failures.Add(failure.Count, NameOf(failure.Name), KindOf(failure.Failure)); break;
            case IterationDelta delta: Count(delta); break;
            default: Keep(record); break;
        }
    }

    public void Dispose() => meter.Dispose();

    void Keep(IRecord record)
    {
        lock (gate)
        {
            switch (record)
            {
                case RunStarted started: budget = BudgetChanged.AtStart(started); break;
                case BudgetChanged changed: budget = changed; break;
                case ScenarioDefined scenario: Define(scenario); break;
                case ScenarioKept kept when scenarios.TryGetValue(kept.Index, out var known):
                    scenarios[kept.Index] = (known.Tag, kept);
                    break;
                case Tick tick: latest = tick; break;
                case BooksKept(_, var kept): books = kept; break;
                case Projected expected: projected = expected; break;
                default: break;
            }
        }
    }

    void Define(ScenarioDefined scenario)
    {
        var tag = new KeyValuePair<string, object?>("scenario", scenario.Name);
        scenarios[scenario.Index] = (tag, null);
        foreach (var task in scenario.Tasks) tasks[task] = [TaskOf(task)[0], tag];
    }

    void Count(in RequestDelta delta)
    {
        var name = NameOf(delta.Name);
        requests.Add(delta.Requests, name);
        received.Add(delta.BytesReceived, name);
        Record(response, delta.Response, [name]);
        Record(service, delta.Service ?? delta.Response, [name]);
    }

    void Count(in IterationDelta delta)
    {
        var task = TaskOf(delta.Scope);
        iterations.Add(delta.Iterations, task);
        thrown.Add(delta.Failures, task);
        Record(iterationTime, delta.Time, task);
    }

    /// <summary>
    /// Each time as the middle of its bucket, which is 0.8 % wide at most: no instrument takes a histogram as it is.
    /// </summary>
    static void Record(
        Histogram<double> instrument, LatencyHistogram times, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (index, count) in times.Buckets)
        {
            var highest = LatencyHistogram.UpperBoundUs(index);
            var lowest = index == 0 ? 0 : LatencyHistogram.UpperBoundUs(index - 1) + 1;
            for (var one = 0L; one < count; one++) instrument.Record((lowest + highest) / 2e6, tags);
        }
    }

    KeyValuePair<string, object?> NameOf(int id) =>
        names.TryGetValue(id, out var known) ? known : new("name", $"request {id}");

    KeyValuePair<string, object?>[] TaskOf(int scope) =>
        tasks.TryGetValue(scope, out var known) ? known : [new("task", $"scope {scope}")];

    static KeyValuePair<string, object?> KindOf(FailureKind kind) =>
        new("kind", JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()));

    /// <summary>Of scenarios side by side, each says who runs; who is to come and has gone is known in all alone.
    /// </summary>
    List<Measurement<long>> ReadUsers()
    {
        lock (gate)
        {
            if (latest is not { } tick) return [];
            List<Measurement<long>> all =
                [Of(tick.UsersPlanned, "planned"), Of(tick.UsersAdmitted, "admitted"),
                    Of(tick.UsersStopped, "stopped"), Of(tick.UsersFailed, "failed")];
            if (scenarios.Count == 0) all.Add(Of(tick.UsersRunning, "running"));
            foreach (var (tag, kept) in scenarios.Values)
            {
                if (kept is { } known) all.Add(Of(known.UsersRunning, "running", tag));
            }

            return all;
        }

        static Measurement<long> Of(long users, string state, params KeyValuePair<string, object?>[] scenario) =>
            new(users, [new("state", state), .. scenario]);
    }

    List<Measurement<long>> ReadBooks()
    {
        lock (gate)
        {
            if (scenarios.Count == 0) return books is { } all ? [.. Of(all)] : [];
            return [.. scenarios.Values.SelectMany(static scenario =>
                scenario.Kept is { } kept ? Of(kept.Books.Books, scenario.Tag) : [])];
        }

        static IEnumerable<Measurement<long>> Of(Books kept, params KeyValuePair<string, object?>[] scenario)
        {
            (string Account, long Count)[] accounts =
            [
                ("planned", kept.Planned), ("done", kept.Done), ("failed", kept.Failed), ("late", kept.Late),
                ("dropped", kept.Dropped), ("cut", kept.Cut), ("in_flight", kept.InFlight),
            ];
            return accounts.Select(one => new Measurement<long>(
                one.Count, [new KeyValuePair<string, object?>("account", one.Account), .. scenario]));
        }
    }

    /// <summary>What is unknown is left out: it is not 0.</summary>
    List<Measurement<long>> ReadMemory()
    {
        lock (gate)
        {
            (string Of, Bytes? Amount)[] all =
            [
                ("charged", latest?.Memory.Charged), ("unreclaimable", latest?.Memory.Unreclaimable),
                ("kernel", latest?.Memory.Kernel), ("resident", latest?.Memory.Resident),
                ("live", latest?.Memory.Live), ("committed", latest?.Memory.Committed),
                ("limit", latest?.Memory.Limit), ("budget", budget.Amount),
                ("expected_peak", projected?.Expected), ("expected_peak_upper", projected?.Upper),
            ];
            return [.. all.Where(static one => one.Amount is not null).Select(static one =>
                new Measurement<long>(one.Amount!.Value.Count, new KeyValuePair<string, object?>("of", one.Of)))];
        }
    }
}
