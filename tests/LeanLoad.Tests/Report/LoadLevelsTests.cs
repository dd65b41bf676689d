using System.Diagnostics;
using LeanLoad.Diagnostics;
using LeanLoad.Report;
using LeanLoad.Tests.Users;
using Serilog.Core;
using Xunit;

namespace LeanLoad.Tests.Report;

public sealed class LoadLevelsTests : IDisposable
{
    const int Users = 4;

    readonly Town town = new(UserTests.Table(new() { Pause = ThinkTime.Constant(1.Milliseconds()) }));
    TimeSpan at;

    public LoadLevelsTests()
    {
        for (var index = 0; index < Users; index++) town.Admit(index);
        town.Until(() => town.Loops.Running == Users);
    }

    public void Dispose()
    {
        town.Stop();
        town.Dispose();
    }

    [Fact]
    public void Where_another_number_is_planned_what_was_before_is_of_no_level()
    {
        var levels = new LoadLevels();
        Look(levels, Users);
        Look(levels, Users);
        Assert.Equal(Users, Assert.Single(levels.Known(1)).Users);
        Look(levels, 2 * Users);
        Assert.Empty(levels.Known(1));
        Look(levels, 2 * Users);
        Assert.Equal(Users, Assert.Single(levels.Known(1)).Users);
    }

    [Fact]
    public void An_epoch_begins_without_what_was_before_it()
    {
        using var records = new RecordStream();
        var recorder = new RunRecorder(town.Loops, town.Plan, records, Logger.None, Stopwatch.GetTimestamp());
        recorder.OpenWindow(WindowKind.WarmUp, isReset: false);
        Look(recorder.Levels, Users);
        Look(recorder.Levels, Users);
        var before = Assert.Single(recorder.Levels.Known(1)).Iterations;
        Assert.True(recorder.OpenWindow(WindowKind.Steady, isReset: true));
        Assert.Empty(recorder.Levels.Known(1));
        // The tables were emptied, too: nothing is counted down.
        Look(recorder.Levels, Users);
        Assert.Empty(recorder.Levels.Known(1));
        Look(recorder.Levels, Users);
        Assert.InRange(Assert.Single(recorder.Levels.Known(1)).Iterations, 30, 100 * before);
    }

    // Each second has its thirty iterations.
    void Look(LoadLevels levels, int planned)
    {
        var done = town.Loops.Books.Done;
        town.Until(() => town.Loops.Books.Done >= done + 40);
        at += 1.Seconds();
        levels.Look(town.Loops, planned, at);
    }
}
