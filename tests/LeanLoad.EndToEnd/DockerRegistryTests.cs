using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LeanLoad.Profiler.Target;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>A real registry takes our tokens, and our target answers as it does.</summary>
public sealed class DockerRegistryTests
{
    const string PullScope = "repository:library/device-agent:pull";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_registry_serves_index_manifest_and_blob_for_our_token()
    {
        await using var registry = await DockerRegistry.StartAsync(Cancel);
        using var http = new HttpClient();
        var welcome = await http.GetAsync(new Uri(registry.Url + "/v2/"), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, welcome.StatusCode);
        var challenge = welcome.Headers.WwwAuthenticate.ToString();
        Assert.Contains($"realm=\"{registry.Tokens.TokenRealm}\"", challenge, StringComparison.Ordinal);

        var token = await Token(http, registry.Tokens, PullScope);
        var (image, path) = (registry.Image, $"{registry.Url}/v2/{registry.Image.Name}");
        Assert.Equal(image.OciIndex.Data.ToArray(),
            await Body(http, $"{path}/manifests/{image.Tag}", token, image.OciIndex.MediaType));
        Assert.Equal(image.OciManifest.Data.ToArray(),
            await Body(http, $"{path}/manifests/{image.OciManifest.Digest}", token, image.OciManifest.MediaType));
        foreach (var blob in image.Blobs.Values)
        {
            Assert.Equal(blob.Data.ToArray(), await Body(http, $"{path}/blobs/{blob.Digest}", token));
        }
    }

    [Fact]
    public async Task A_real_registry_refuses_tokens_of_another_authority_and_pushes_with_a_token_to_pull()
    {
        await using var registry = await DockerRegistry.StartAsync(Cancel);
        await using var stranger =
            await EmbeddedRegistry.StartAsync(new TargetOptions { Secret = DockerRegistry.Secret }, Cancel);
        using var http = new HttpClient();
        var forged = await Send(http, HttpMethod.Get, registry.Url + "/v2/", await Token(http, stranger, PullScope));
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
        var uploads = $"{registry.Url}/v2/{registry.Image.Name}/blobs/uploads/";
        var pull = await Send(http, HttpMethod.Post, uploads, await Token(http, registry.Tokens, PullScope));
        Assert.Equal(HttpStatusCode.Unauthorized, pull.StatusCode);
        var push = await Send(http, HttpMethod.Post, uploads, await Token(http, registry.Tokens, PullScope + ",push"));
        Assert.Equal(HttpStatusCode.Accepted, push.StatusCode);
    }

    [Fact]
    public async Task The_embedded_target_answers_as_the_real_registry_does()
    {
        await using var registry = await DockerRegistry.StartAsync(Cancel);
        using var http = new HttpClient();
        var image = registry.Image;
        var token = await Token(http, registry.Tokens, PullScope);
        var foreign = await Token(http, registry.Tokens, "repository:library/other:pull");
        var unknown = "sha256:" + new string('0', 64);
        var (index, manifest) = (image.OciIndex.MediaType, image.OciManifest.MediaType);
        var layer = image.Blobs.Keys.First();
        var repository = $"/v2/{image.Name}";
        (string Path, string? Token, string Accept)[] requests =
        [
            ("/v2/", null, "*/*"), ("/v2/", token, "*/*"), ("/v2/", "garbage", "*/*"),
            ($"{repository}/manifests/{image.Tag}", null, index),
            ($"{repository}/manifests/{image.Tag}", foreign, index),
            ($"{repository}/manifests/{image.Tag}", token, index),
            ($"{repository}/manifests/{image.OciIndex.Digest}", token, index),
            ($"{repository}/manifests/{image.OciManifest.Digest}", token, manifest),
            ($"{repository}/manifests/2.0", token, index), ($"{repository}/manifests/{unknown}", token, index),
            ($"{repository}/blobs/{layer}", token, "*/*"), ($"{repository}/blobs/{unknown}", token, "*/*"),
            ($"{repository}/tags/list", token, "*/*"),
            ("/v2/library%2Fdevice-agent/tags/list", token, "*/*"), ("/v2/library/other/tags/list", foreign, "*/*"),
        ];
        List<string> expected = [], actual = [];
        foreach (var (path, bearer, accept) in requests)
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                // The real one has no HEAD for tags; HTTP says that it should (RFC 9110 §9.1).
                if (method == HttpMethod.Head && path.EndsWith("/tags/list", StringComparison.Ordinal)) continue;
                var real = await Send(http, method, registry.Url + path, bearer, accept);
                var ours = await Send(http, method, registry.Tokens.Url + path, bearer, accept);
                expected.Add($"{method} {path}: {await Describe(real)}");
                actual.Add($"{method} {path}: {await Describe(ours)}");
            }
        }

        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));
    }

    /// <summary>
    /// What a client can tell answers apart by; of an error the codes, because its texts are not specified.
    /// </summary>
    static async Task<string> Describe(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync(Cancel);
        var isError = (int)response.StatusCode >= 400;
        var text = !isError ? $"{Content.DigestOf(body)}, {response.Content.Headers.ContentLength}"
            : body.Length == 0 ? "no body"
            : JsonDocument.Parse(body).RootElement.GetProperty("errors")[0].GetProperty("code").GetString();
        response.Headers.TryGetValues("Docker-Content-Digest", out var digest);
        response.Headers.TryGetValues("Docker-Distribution-API-Version", out var version);
        return $"{(int)response.StatusCode}, {response.Content.Headers.ContentType}, {digest?.Single()}, "
            + $"{response.Headers.ETag}, "
            + $"{version?.Single()}, {response.Headers.WwwAuthenticate}, {text}";
    }

    static async Task<byte[]> Body(HttpClient http, string url, string token, string accept = "*/*")
    {
        var response = await Send(http, HttpMethod.Get, url, token, accept);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync(Cancel);
    }

    static Task<HttpResponseMessage> Send(
        HttpClient http, HttpMethod method, string url, string? token, string accept = "*/*")
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http.SendAsync(request, Cancel);
    }

    static async Task<string> Token(HttpClient http, EmbeddedRegistry issuer, string scope)
    {
        var request =
            new HttpRequestMessage(HttpMethod.Get, $"{issuer.TokenRealm}?service=leanload-registry&scope={scope}");
        var credentials = Encoding.UTF8.GetBytes($"{DockerRegistry.User}:{DockerRegistry.Secret}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        var response = await http.SendAsync(request, Cancel);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(Cancel));
        return answer.RootElement.GetProperty("token").GetString()!;
    }
}
