using System.Diagnostics;
using LeanLoad.Cli;
using LeanLoad.Diagnostics;
using LeanLoad.Load;
using LeanLoad.Memory;
using LeanLoad.Report;
using LeanLoad.Tests.Users;
using LeanLoad.Users;
using Serilog.Core;
using Xunit;

namespace LeanLoad.Tests.Control;

public sealed class KeyTests
{
    /// <summary>Ten users for an hour, and then a thousand.</summary>
    static readonly LoadPlan Staged = new(1000, 0, TimeSpan.FromHours(2), null)
    {
        Stages = new LoadCurve(10, new Stage(TimeSpan.FromHours(1), 10), new Stage(TimeSpan.FromHours(1), 1000)),
    };

    [Fact]
    public void A_key_changes_the_users_of_now_by_a_tenth_and_by_one_at_least()
    {
        Assert.Equal([11, 13], Press(Staged, KeyWish.More, KeyWish.More));
        Assert.Equal([9, 10], Press(Staged, KeyWish.Less, KeyWish.More));
        Assert.Equal([0, 0, 1, 2],
            Press(new LoadPlan(1, 0, null, null), KeyWish.Less, KeyWish.Less, KeyWish.More, KeyWish.More));
        Assert.Equal([110, 100], Press(new LoadPlan(100, 0, null, null), KeyWish.More, KeyWish.Less));
        // Of a ramp it is what it leads to.
        Assert.Equal([1100], Press(new LoadPlan(1000, 0.01, null, null), KeyWish.More));
    }

    /// <summary>The users that are asked for after each key.</summary>
    static List<int> Press(LoadPlan plan, params KeyWish[] keys)
    {
        using var town = new Town(UserTests.Table(new UserTests.Sketch()));
        using var memory = MemoryReader.Open();
        using var records = new RecordStream();
        var guard = new Guard(memory, GcSettings.For(null), Budget.Resolve(null, default), OverMemory.Ignore,
            plan.Users, town.Loops.Pages);
        var population = new Population(town.Loops, town.Plan, new LoadSchedule([plan]), town.Supplies, guard);
        var recorder = new RunRecorder(town.Loops, town.Plan, records, Logger.None, Stopwatch.GetTimestamp());
        var load = new RunningLoad(new AgentOptions(), town.Loops, town.Plan, population, recorder);
        var control = new LiveControl(load, town.Loops, null, Logger.None);
        var asked = new List<int>();
        foreach (var key in keys)
        {
            control.Obey(key);
            asked.Add(load.Groups[0].UsersAt(load.Elapsed));
        }

        return asked;
    }
}
