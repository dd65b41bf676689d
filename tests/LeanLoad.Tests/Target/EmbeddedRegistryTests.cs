using System.Net;
using LeanLoad.Profiler.Target;
using Xunit;

namespace LeanLoad.Tests.Target;

public sealed class EmbeddedRegistryTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_same_seed_gives_the_same_image_and_another_seed_another()
    {
        var digests = new GeneratedImage(5).Manifests.Keys;
        Assert.Equal(digests, new GeneratedImage(5).Manifests.Keys);
        Assert.Empty(digests.Intersect(new GeneratedImage(6).Manifests.Keys));
    }

    [Fact]
    public void The_same_seed_gives_the_same_catalogue_and_every_seed_the_same_length()
    {
        var catalogue = new DeviceCatalogue(5);
        Assert.True(catalogue.Devices.Span.SequenceEqual(new DeviceCatalogue(5).Devices.Span));
        var other = new DeviceCatalogue(6);
        Assert.False(catalogue.Devices.Span.SequenceEqual(other.Devices.Span));
        // Numbers and booleans differ by a digit or so an item: below one percent.
        Assert.InRange(other.Devices.Length, catalogue.Devices.Length * 0.99, catalogue.Devices.Length * 1.01);
        Assert.InRange(other.Models.Length, catalogue.Models.Length * 0.99, catalogue.Models.Length * 1.01);
    }

    [Theory]
    [InlineData("/catalogue/models", DeviceCatalogue.ModelCount, "")]
    [InlineData("/catalogue/devices", DeviceCatalogue.DeviceCount, "")]
    [InlineData("/catalogue/devices", DeviceCatalogue.DeviceCount, "?chunked=1")]
    public async Task The_catalogue_wants_a_token_and_is_one_array(string path, int count, string query)
    {
        await using var client = await TargetClient.Start();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.Get(path)).StatusCode);
        var response = await client.Get(path + query, await client.Token());
        Assert.Equal(query.Length > 0, response.Headers.TransferEncodingChunked ?? false);
        Assert.Equal(query.Length > 0, !response.Content.Headers.Contains("Content-Length"));
        using var document = await TargetClient.Json(response);
        Assert.Equal(count, document.RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(26_624)]
    [InlineData(1_000_003)]
    public async Task Bytes_answers_exactly_so_many(int count)
    {
        await using var client = await TargetClient.Start();
        foreach (var query in new[] { "", "?chunked=1" })
        {
            var body = await (await client.Get($"/bytes/{count}{query}")).Content.ReadAsByteArrayAsync(Cancel);
            Assert.Equal(count, body.Length);
            for (var i = 0; i < count; i += 997) Assert.Equal((byte)('a' + i % 26), body[i]);
        }
    }

    [Theory]
    [InlineData("/bytes/-1")]
    [InlineData("/bytes/x")]
    [InlineData("/bytes/99999999999999")]
    [InlineData("/slow/600001")]
    public async Task A_size_or_delay_out_of_range_gets_400(string path)
    {
        await using var client = await TargetClient.Start();
        Assert.Equal(HttpStatusCode.BadRequest, (await client.Get(path)).StatusCode);
    }

    [Fact]
    public async Task Slow_answers_in_the_end()
    {
        await using var client = await TargetClient.Start();
        Assert.Equal("slow\n", await client.Http.GetStringAsync(new Uri("/slow/5", UriKind.Relative), Cancel));
    }

    [Fact]
    public async Task A_taken_port_is_named_with_what_to_do()
    {
        await using var client = await TargetClient.Start();
        var port = client.Http.BaseAddress!.Port;
        var failure =
            await Assert.ThrowsAsync<IOException>(() => TargetClient.Start(options => options with { Port = port }));
        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--port", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_of_the_options_are_listed_at_once_and_the_secret_is_not()
    {
        var options = new TargetOptions
        {
            Secret = "hunter2",
            User = "a:b",
            Port = 70_000,
            TokenLifetime = TimeSpan.Zero,
        };
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => EmbeddedRegistry.StartAsync(options, Cancel));
        foreach (var option in new[] { "--user", "--port", "--token-lifetime" })
        {
            Assert.Contains(option, failure.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", options.ToString(), StringComparison.Ordinal);
    }
}
