using BenchmarkDotNet.Attributes;
using HdrHistogram;
using LeanLoad.Stats;

namespace LeanLoad.Benchmarks.Stats;

/// <summary>
/// One request counted under its name, with response and service time; eight names, as a scenario has.
/// </summary>
public class RequestCounting
{
    const int Times = 1 << 12;
    const int Names = 8;

    readonly long[] times = ResponseTimes.Draw(Times);
    readonly string[] names =
        [.. Enumerable.Range(0, Names).Select(static index => $"/v2/{{repository}}/kind-{index}/{{digest}}")];
    readonly int[] ids;
    readonly RequestTable table;
    readonly Dictionary<string, UsualStats> usual = [];
    int next;

    public RequestCounting()
    {
        table = new RequestTable(new RequestNames());
        ids = [.. names.Select(name => table.Names.Intern(name))];
    }

    /// <summary>
    /// A name or a time that comes for the first time allocates; that is the start of a run, not its course.
    /// </summary>
    [GlobalSetup]
    public void SeeAllOnce()
    {
        foreach (var name in names) usual[name] = new UsualStats();
        for (var index = 0; index < Times * Names; index++) Record(index / Times, times[index & (Times - 1)]);
    }

    /// <summary>
    /// The usual way: statistics by name in a dictionary, with a histogram for each of the two times.
    /// </summary>
    [Benchmark(Baseline = true)]
    public void DictionaryAndHdrHistogram()
    {
        var stats = usual[names[next & (Names - 1)]];
        var time = times[next++ & (Times - 1)];
        stats.Requests++;
        stats.Bytes += 1_900;
        stats.Response.RecordValue(time + 40);
        stats.Service.RecordValue(time);
    }

    [Benchmark]
    public void Record()
    {
        Record(next & (Names - 1), times[next & (Times - 1)]);
        next++;
    }

    void Record(int name, long serviceUs) => table.Record(ids[name], serviceUs + 40, serviceUs, bytes: 1_900);

    sealed class UsualStats
    {
        public long Requests { get; set; }

        public long Bytes { get; set; }

        public LongHistogram Response { get; } = new(LatencyHistogram.HighestUs, 2);

        public LongHistogram Service { get; } = new(LatencyHistogram.HighestUs, 2);
    }
}
