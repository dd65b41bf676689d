using System.Diagnostics.Metrics;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Profiler.Metrics;
using LeanLoad.Stats;
using LeanLoad.Tests.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Metrics;

/// <summary>The instruments, read as an exporter reads them.</summary>
public sealed class RunMeterTests
{
    static readonly ScenarioDefined[] Several =
    [
        new(0, "browse", false, 30, TimeSpan.Zero, null, [5]),
        new(1, "buy", true, 10, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), [6]),
    ];

    [Fact]
    public void What_is_kept_for_each_scenario_carries_its_name_and_has_no_sum_beside()
    {
        var all = Measured([.. Several, .. Second()]);
        Assert.Equal(("18", "2"), (all["leanload.iterations account=done scenario=browse"],
            all["leanload.iterations account=done scenario=buy"]));
        Assert.Equal(("21", "7"), (all["leanload.iterations account=planned scenario=browse"],
            all["leanload.users state=running scenario=browse"]));
        Assert.Equal(("4", "1"), (all["leanload.task.iterations task=Shopper.Look scenario=browse"],
            all["leanload.task.failures task=Shopper.Pay scenario=buy"]));
        Assert.Contains("leanload.task.time task=Shopper.Pay scenario=buy", all);
        Assert.DoesNotContain("leanload.iterations account=done", all);
        Assert.DoesNotContain("leanload.users state=running", all);
        // Who is to come is known for all together alone.
        Assert.Equal("40", all["leanload.users state=planned"]);
        Assert.Equal(14,
            all.Keys.Count(static name => name.StartsWith("leanload.iterations ", StringComparison.Ordinal)));
    }

    [Fact]
    public void One_scenario_alone_is_not_named()
    {
        var all = Measured(Second());
        Assert.Equal(("20", "9", "4"), (all["leanload.iterations account=done"], all["leanload.users state=running"],
            all["leanload.task.iterations task=Shopper.Look"]));
        Assert.DoesNotContain(all.Keys, static name => name.Contains("scenario", StringComparison.Ordinal));
    }

    [Fact]
    public void Scenarios_of_which_no_second_was_told_yet_have_no_figure() =>
        Assert.DoesNotContain(Measured(Several).Keys,
            static name => name.Contains("scenario", StringComparison.Ordinal));

    [Fact]
    public void The_budget_is_the_one_that_holds_now()
    {
        Assert.Equal($"{64 << 20}", Measured(SampleRun.Started)["leanload.memory of=budget"]);
        var lowered = new BudgetChanged(default, Bytes.FromMiB(48), "memory cgroup /x", Bytes.FromMiB(48));
        Assert.Equal($"{48 << 20}", Measured(SampleRun.Started, lowered)["leanload.memory of=budget"]);
    }

    [Fact]
    public void A_request_that_was_cut_is_no_failure()
    {
        var all = Measured(new RequestDefined(3, "GET /"), new FailureSeen(default, 3, FailureKind.Timeout, 2, null),
            new FailureSeen(default, 3, FailureKind.Cut, 5, null));
        Assert.Equal("5", all["leanload.request.cut name=GET /"]);
        Assert.Equal(["leanload.request.failures name=GET / kind=timeout"],
            all.Keys.Where(static name => name.StartsWith("leanload.request.failures", StringComparison.Ordinal)));
    }

    static IRecord[] Second()
    {
        var (at, time) = (TimeSpan.FromSeconds(1), new LatencyHistogram());
        for (var count = 0; count < 4; count++) time.Record(2_000);
        return
        [
            new IterationDelta(at, 5, 4, 0, time), new IterationDelta(at, 6, 4, 1, time),
            new Tick { At = at, UsersPlanned = 40, UsersRunning = 9 },
            new BooksKept(at, new(24, 20, 2, 1, 0, 0, 1)),
            new ScenarioKept(0, 7, new(at, new(21, 18, 2, 1, 0, 0, 0)), null),
            new ScenarioKept(1, 2, new(at, new(3, 2, 0, 0, 0, 0, 1)), null),
        ];
    }

    /// <summary>The latest value of each series, by metric and labels.</summary>
    static Dictionary<string, string> Measured(params IRecord[] records)
    {
        var all = new Dictionary<string, string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Meter.Name == RunMeter.Name) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((one, value, tags, _) => Take(one, $"{value}", tags));
        listener.SetMeasurementEventCallback<double>((one, value, tags, _) => Take(one, $"{value}", tags));
        listener.Start();
        using var meter = new RunMeter();
        Scope[] scopes =
            [new(5, ScopeKind.Task, "Shopper.Look"), new(6, ScopeKind.Task, "Shopper.Pay")];
        foreach (var record in (IEnumerable<IRecord>)
            [.. scopes.Select(static scope => (IRecord)new ScopeDefined(scope)), .. records])
        {
            meter.Accept(Records.Encoded(record));
        }

        listener.RecordObservableInstruments();
        return all;

        void Take(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var name = instrument.Name;
            foreach (var (key, label) in tags) name += $" {key}={label}";
            all[name] = value;
        }
    }
}
