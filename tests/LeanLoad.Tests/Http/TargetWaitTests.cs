using System.Net;
using System.Net.Sockets;
using LeanLoad.Http;
using Xunit;

namespace LeanLoad.Tests.Http;

public sealed class TargetWaitTests
{
    static readonly HttpSettings Here = new();

    static readonly TimeSpan Long = TimeSpan.FromSeconds(30), Short = TimeSpan.FromMilliseconds(1);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Goes_on_at_once_where_somebody_listens()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Assert.Null(TargetWait.For(UrlOf(listener), Here, Short, Cancel));
    }

    [Fact]
    public async Task Meets_a_target_that_comes_later()
    {
        using var listener = new TcpListener(IPAddress.Loopback, FreePort());
        var url = new Uri($"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        var waiting = Task.Run(() => TargetWait.For(url, Here, Long, Cancel), Cancel);
        listener.Start();
        Assert.Null(await waiting);
    }

    [Fact]
    public void Says_where_how_long_and_why_when_nobody_comes()
    {
        var port = FreePort();
        var problem = TargetWait.For(new Uri($"http://127.0.0.1:{port}/"), Here, Short, Cancel);
        Assert.Equal($"127.0.0.1:{port} accepted no connection within --wait-for-target 0s: Connection refused.",
            problem);
    }

    [Fact]
    public void Says_that_a_name_does_not_resolve() =>
        Assert.Contains("no-such-host.invalid:80",
            TargetWait.For(new Uri("http://no-such-host.invalid/"), Here, Short, Cancel), StringComparison.Ordinal);

    [Fact]
    public void Gives_up_when_it_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => TargetWait.For(new Uri($"http://127.0.0.1:{FreePort()}/"), Here, Long, cancelled.Token));
    }

    static Uri UrlOf(TcpListener listener) => new($"http://{listener.LocalEndpoint}/");

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
