using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LeanLoad.Profiler.Target;
using Xunit;

namespace LeanLoad.Tests.Target;

/// <summary>A plain HttpClient against a target of its own.</summary>
sealed class TargetClient : IAsyncDisposable
{
    public const string Secret = "correct horse";

    TargetClient(EmbeddedRegistry target)
    {
        Target = target;
        Http = new HttpClient { BaseAddress = new Uri(target.Url) };
    }

    public EmbeddedRegistry Target { get; }

    public HttpClient Http { get; }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TargetClient> Start(Func<TargetOptions, TargetOptions>? change = null)
    {
        var options = new TargetOptions { Secret = Secret };
        return new TargetClient(await EmbeddedRegistry.StartAsync(change?.Invoke(options) ?? options, Cancel));
    }

    public Task<HttpResponseMessage> Get(
        string path, string? token = null, string? accept = null, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        return Http.SendAsync(request, Cancel);
    }

    public Task<HttpResponseMessage> AskToken(string query, string credentials = "device:" + Secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/token?" + query);
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", encoded);
        return Http.SendAsync(request, Cancel);
    }

    /// <summary>A token that may pull the image.</summary>
    public async Task<string> Token(string scope = "repository:library/device-agent:pull")
    {
        using var answer = await Json(await AskToken($"service={TokenAuthority.Service}&scope={scope}"));
        return answer.RootElement.GetProperty("token").GetString()!;
    }

    public static async Task<JsonDocument> Json(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(Cancel));

    /// <summary>The code of the first error in the body.</summary>
    public static async Task<string?> ErrorCode(HttpResponseMessage response)
    {
        using var body = await Json(response);
        return body.RootElement.GetProperty("errors")[0].GetProperty("code").GetString();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Target.DisposeAsync();
    }
}
