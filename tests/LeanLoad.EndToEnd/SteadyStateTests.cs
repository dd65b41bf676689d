using System.Globalization;
using System.Text.Json;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>What a request costs in memory once the agent runs: nothing, however many there are.</summary>
public sealed class SteadyStateTests(PublishedAgent agent, ITestOutputHelper output)
{
    const int Few = 50_000, Further = 1_000_000;

    /// <summary>
    /// A histogram's page, a second's record: what further seconds bring, whatever they are filled with.
    /// </summary>
    const long LeastForFurtherSeconds = 64 << 10;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_million_further_requests_allocate_nothing(string method)
    {
        using var server = new EchoingServer();
        string[] options = ["--url", server.Url, "--users", "4", "--json", "-",
            .. method == "POST" ? (string[])["--body", "{\"a\":1}"] : []];
        var few = await ChargedAsync(options, Few);
        var many = await ChargedAsync(options, Few + Further);
        output.WriteLine($"{Few:N0} requests: {few:N0} B, {Few + Further:N0}: {many:N0} B.");
        Assert.InRange(many - few, -LeastForFurtherSeconds, LeastForFurtherSeconds);
    }

    /// <summary>What the engine and the user's task were charged, to the byte.</summary>
    async Task<long> ChargedAsync(string[] options, int requests)
    {
        var command = agent.Command(options).With("--iterations", requests.ToString(CultureInfo.InvariantCulture));
        var result = (await command.RunAsync()).Ended(0);
        using var run = JsonDocument.Parse(result.Output);
        Assert.Equal(requests,
            run.RootElement.GetProperty("requests").GetProperty("all").GetProperty("requests").GetInt64());
        return run.RootElement.GetProperty("ledger").EnumerateArray()
            .Where(static row => row.GetProperty("scope").GetString() is "engine" or "UrlUser.Get")
            .Sum(static row => row.GetProperty("allocatedBytes").GetInt64());
    }
}
