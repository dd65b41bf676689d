using LeanLoad.Benchmarks.Processes;
using Xunit;
using Recorded = LeanLoad.Benchmarks.Processes.Measurement;

namespace LeanLoad.Tests.Processes;

/// <summary>What a whole-process benchmark measured, stored and compared with another.</summary>
public sealed class MeasurementTests : IDisposable
{
    static readonly Machine Here = new("a processor", 2, 1024, "a system", "a runtime", Load: 0.5);

    readonly string folder = Directory.CreateTempSubdirectory("ll-measured-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("a.json", "users")]
    [InlineData("history.jsonl", "start")]
    [InlineData("history.jsonl:1", "users")]
    [InlineData("history.jsonl:2", "start")]
    public void A_file_a_history_and_each_line_of_it_are_read_back(string name, string expected)
    {
        File.WriteAllText(Path.Combine(folder, "a.json"), Of("users", 1).ToJson());
        File.WriteAllText(
            Path.Combine(folder, "history.jsonl"), $"{Of("users", 1).ToLine()}\n{Of("start", 2).ToLine()}\n");

        Assert.True(Recorded.TryRead(Path.Combine(folder, name), out var read, out var problem), problem);
        Assert.Equal((expected, Here), (read.Command, read.Machine));
    }

    [Theory]
    [InlineData("none.json", "can't be read as a measurement")]
    [InlineData("other.json", "can't be read as a measurement")]
    [InlineData("history.jsonl:3", "holds no measurement")]
    public void What_is_no_measurement_is_told(string name, string expected)
    {
        File.WriteAllText(Path.Combine(folder, "other.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "history.jsonl"), Of("users", 1).ToLine() + "\n");

        Assert.False(Recorded.TryRead(Path.Combine(folder, name), out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.Contains(name, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_is_measured_once_a_round_and_compared_within_its_round()
    {
        var (log, order) = (new FigureLog(), new List<string>());
        var next = 0.0;

        await Rounds.RunAsync(3, ["one", "other"], static name => name, name =>
        {
            order.Add(name);
            log.Add($"{name}/speed", "1/s", Better.Higher, ++next);
            return Task.CompletedTask;
        });
        log.AddRatio("one/ratio", "one/speed", "other/speed");

        Assert.Equal(["one", "other", "one", "other", "one", "other"], order);
        Assert.Equal([1.0 / 2, 3.0 / 4, 5.0 / 6], log.Find("one/ratio")!.Rounds);
        Assert.Equal(["one/speed", "other/speed", "one/ratio"], log.Figures.Select(static figure => figure.Name));
        Assert.Equal(Better.Higher, log.Find("one/ratio")!.Better);
    }

    [Fact]
    public void Two_measurements_differ_only_by_more_than_their_rounds_scatter()
    {
        var output = new StringWriter();
        CompareCommand.Print(
            new Recorded("users", default, "abc", Here,
            [
                new("http/charged", "B", Better.Lower, [5000, 5010, 4990]),
                new("idle/charged", "B", Better.Lower, [400, 500, 300]),
                new("wrk/requests", "1/s", Better.Higher, [100, 101, 99]),
            ]),
            new Recorded("users", default, "def", Here with { Load = 9 },
            [
                new("http/charged", "B", Better.Lower, [4000, 4010, 3990]),
                new("idle/charged", "B", Better.Lower, [420, 430, 410]),
                new("wrk/requests", "1/s", Better.Higher, [80, 81, 79]),
                new("https/charged", "B", Better.Lower, [25_000]),
            ]),
            output);

        var text = output.ToString();
        Assert.Matches(@"http/charged +5,000 B +4,000 B +-20\.0 % +better", text);
        Assert.Matches(@"idle/charged +400 B +420 B +\+5\.0 % +the same", text);
        Assert.Matches(@"wrk/requests +100 +80\.0 +-20\.0 % +worse", text);
        Assert.Matches(@"https/charged +- +24\.4 KiB +-", text);
        Assert.DoesNotContain("Not the same machine", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_has_a_row_for_what_was_measured_and_a_column_for_what_of_it_with_its_scatter()
    {
        var log = new FigureLog();
        foreach (var bytes in (double[])[5000, 5100, 4900]) log.Add("http/charged", "B", Better.Lower, bytes);
        log.Add("http/without users", "B", Better.Lower, 4 << 20);
        log.Add("idle/charged", "B", Better.Lower, 460);
        log.Add("idle/without users", "B", Better.Lower, null);

        var output = new StringWriter();
        FigureTable.Print(output, "per user", log.Figures);

        Assert.Equal(
            """

            per user  charged      ±  without users  ±
            http      5,000 B  2.0 %        4.0 MiB
            idle        460 B                     -

            """, output.ToString());
    }

    static Recorded Of(string command, double value) =>
        new(command, default, null, Here, [new Figure("a/b", "B", Better.Lower, [value])]);
}
