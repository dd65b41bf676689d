namespace LeanLoad.Benchmarks.Http;

/// <summary>
/// The platform's HTTP client on one connection that has no network: whatever is asked, the same response is there at
/// once.
/// </summary>
sealed class InMemoryExchange : IDisposable
{
    static readonly Uri Url = new("http://registry.test/v2/library/alpine/manifests/3.20");

    readonly HttpMessageInvoker invoker;

    public InMemoryExchange(byte[] response) => invoker = new HttpMessageInvoker(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new RepeatingStream(response)),
    });

    /// <summary>Sends a GET and reads the response to its end.</summary>
    /// <param name="buffer">Where the body goes, piece after piece.</param>
    /// <returns>Bytes of the body.</returns>
    public async ValueTask<long> SendAndDrain(byte[] buffer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url);
        using var response = await invoker.SendAsync(request, CancellationToken.None);
        var body = await response.Content.ReadAsStreamAsync();
        var total = 0L;
        while (await body.ReadAsync(buffer) is var read and > 0) total += read;
        return total;
    }

    public void Dispose() => invoker.Dispose();
}
