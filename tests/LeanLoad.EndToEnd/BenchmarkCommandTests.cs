using System.Text.Json;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>The commands of the benchmarks, each as short as it can be: that they measure, not what.</summary>
public sealed class BenchmarkCommandTests
{
    static string Program => Path.Combine(AppContext.BaseDirectory, "LeanLoad.Benchmarks.dll");

    [Theory]
    [InlineData("start --rounds 2 --only bare", "leanload/first request", "bare C/first request")]
    [InlineData("idle --rounds 1 --seconds 2 --only none", "leanload/resident")]
    [InlineData("peers --rounds 2 --seconds 1 --connections 10 --only bare",
        "10 connections/leanload/ratio to bare C", "10 connections/bare C/requests per CPU-second")]
    [InlineData("overhead --rounds 2 --seconds 2 --users 4",
        "alone/resident at most", "profiled/requests per CPU-second", "profiled/ratio to alone")]
    [InlineData("users --rounds 1 --seconds 2 --only idle", "idle/resident", "idle/resident without users")]
    [InlineData("size", "leanload-agent/program", "shapes.cs/gzip")]
    public async Task A_command_prints_its_figures_stores_them_and_they_compare(string line, params string[] expected)
    {
        RequireTools();
        using var scratch = new Scratch();
        var json = scratch["measured.json"];

        var result = (await Benchmarks([.. line.Split(' '), "--json", json]).RunAsync()).Ended(0);

        var measured = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.StartsWith(line, measured.GetProperty("command").GetString(), StringComparison.Ordinal);
        var figures = measured.GetProperty("figures").EnumerateArray().ToDictionary(
            static figure => figure.GetProperty("name").GetString()!,
            static figure => figure.GetProperty("rounds").Deserialize<double[]>()!);
        Assert.All(expected, name => Assert.All(figures[name], static value => Assert.True(value > 0, $"{value}")));
        result.Said([.. figures.Keys.Select(static name => name.Split('/')[^2])]);
        (await Benchmarks("compare", json, json).RunAsync()).Ended(0).Said(expected);
    }

    [Theory]
    [InlineData("gate --times 0 --only all", "--times is a number from 1 up.",
        "--only \"all\" is none of bytes, native, times.")]
    [InlineData("gate --accept --times 3", "--accept and --times exclude each other")]
    [InlineData("gate --budgets none.json", "none.json does not exist: gate --accept writes it.")]
    [InlineData("gate twice", "twice")]
    [InlineData("users --only http2 disk", "--only \"http2\" is no shape; there are idle, think, http, https, cookies.",
        "--only \"disk\" is no shape")]
    [InlineData("start --only ab --rounds 0 --agent /nowhere/agent",
        "--only \"ab\" is none of bare, wrk, hey, h2load, none.", "--rounds is a number from 1 up.",
        "--agent \"/nowhere/agent\" does not exist.")]
    [InlineData("size --json /nowhere/size.json", "--json \"/nowhere/size.json\" can't be written")]
    [InlineData("compare none.json none.json", "none.json can't be read as a measurement")]
    [InlineData("history none.jsonl", "none.jsonl does not exist: a measurement with --record begins it.")]
    public async Task What_makes_no_sense_is_told_at_once_and_ends_with_2(string line, params string[] expected)
    {
        Requires.OptimizedCode();

        (await Benchmarks(line.Split(' ')).RunAsync()).Ended(2).Said(expected);
    }

    [Fact]
    public async Task A_program_that_fails_is_quoted_and_ends_the_measurement_with_1()
    {
        RequireTools();
        var line = "peers --rounds 1 --seconds 1 --connections 1 --only none --agent /bin/false";

        (await Benchmarks(line.Split(' ')).RunAsync()).Ended(1).Said("leanload ended with exit code 1");
    }

    static void RequireTools()
    {
        Requires.OptimizedCode();
        Requires.Command("gcc", "apt-get install gcc libc6-dev");
        Requires.Command("nginx", "apt-get install nginx-light");
        Requires.Command("taskset", "apt-get install util-linux");
    }

    static Command Benchmarks(params string[] arguments) =>
        new("dotnet", [Program, .. arguments]) { Limit = TimeSpan.FromMinutes(3) };
}
