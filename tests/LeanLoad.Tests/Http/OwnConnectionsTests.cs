using LeanLoad.Http;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>Each user has one connection to each origin it talks to.</summary>
public sealed class OwnConnectionsTests
{
    [Fact]
    public void There_is_one_for_each_origin_and_the_same_each_time()
    {
        using var client = new Client(null);
        OwnConnections connections = default;
        HttpOrigin[] origins = [.. Enumerable.Range(80, 3).Select(static port =>
            new HttpOrigin(new Uri($"http://127.0.0.1:{port}"), null, new HttpSettings()))];
        HttpConnection[] made = [.. origins.Select(origin => connections.To(origin, client.Loop))];
        Assert.Equal(origins, made.Select(static connection => connection.Origin));
        Assert.Equal(made, origins.Select(origin => connections.To(origin, client.Loop)));
        connections.Close(FailureKind.Cut, "the run ended");
    }
}
