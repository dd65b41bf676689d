using System.Net;
using LeanLoad.Profiler.Target;
using Xunit;

namespace LeanLoad.Tests.Target;

public sealed class RegistryRoutesTests
{
    const string Image = "/v2/library/device-agent";
    const string OciIndex = "application/vnd.oci.image.index.v1+json";
    const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_token_the_root_answers_401_and_says_where_tokens_are_had()
    {
        await using var client = await TargetClient.Start();
        var response = await client.Get("/v2/");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(
            $"Bearer realm=\"{client.Target.Url}/token\",service=\"leanload-registry\"",
            Assert.Single(response.Headers.GetValues("WWW-Authenticate")));
        Assert.Equal("registry/2.0", Assert.Single(response.Headers.GetValues("Docker-Distribution-API-Version")));
        Assert.Equal("UNAUTHORIZED", await TargetClient.ErrorCode(response));
    }

    [Fact]
    public async Task Without_a_token_a_repository_names_the_scope_it_wants()
    {
        await using var client = await TargetClient.Start();
        var response = await client.Get(Image + "/manifests/1.0");
        Assert.EndsWith(
            ",scope=\"repository:library/device-agent:pull\"",
            Assert.Single(response.Headers.GetValues("WWW-Authenticate")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v2/")]
    [InlineData("/v2")]
    public async Task With_a_token_the_root_answers_200(string path)
    {
        await using var client = await TargetClient.Start();
        Assert.Equal(HttpStatusCode.OK, (await client.Get(path, await client.Token())).StatusCode);
    }

    [Theory]
    [InlineData(null, OciIndex)]
    [InlineData("*/*", OciIndex)]
    [InlineData(OciIndex, OciIndex)]
    [InlineData(DockerList, DockerList)]
    [InlineData("text/html, " + DockerList + ";q=0.5, */*", DockerList)]
    [InlineData(DockerManifest, DockerManifest)]
    [InlineData(OciManifest, OciManifest)]
    public async Task A_tag_is_served_as_the_first_type_the_client_accepts(string? accept, string type)
    {
        await using var client = await TargetClient.Start();
        var response = await client.Get(Image + "/manifests/1.0", await client.Token(), accept);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        await IsContent(response);
        using var document = await TargetClient.Json(response);
        Assert.Equal(type, document.RootElement.GetProperty("mediaType").GetString());
    }

    [Theory]
    [InlineData(OciIndex)]
    [InlineData(DockerList)]
    public async Task Everything_an_index_leads_to_is_served_under_its_digest_with_its_size(string accept)
    {
        await using var client = await TargetClient.Start();
        var token = await client.Token();
        using var index = await TargetClient.Json(await client.Get(Image + "/manifests/1.0", token, accept));
        var architectures = new List<string?>();
        foreach (var platform in index.RootElement.GetProperty("manifests").EnumerateArray())
        {
            architectures.Add(platform.GetProperty("platform").GetProperty("architecture").GetString());
            var response = await client.Get($"{Image}/manifests/{platform.GetProperty("digest").GetString()}", token);
            Assert.Equal(platform.GetProperty("size").GetInt64(), (await IsContent(response)).Length);
            using var manifest = await TargetClient.Json(response);
            var (layers, config) =
                (manifest.RootElement.GetProperty("layers"), manifest.RootElement.GetProperty("config"));
            foreach (var blob in layers.EnumerateArray().Append(config))
            {
                var served = await client.Get($"{Image}/blobs/{blob.GetProperty("digest").GetString()}", token);
                Assert.Equal(blob.GetProperty("size").GetInt64(), (await IsContent(served)).Length);
            }
        }

        Assert.Equal(["amd64", "arm64"], architectures);
    }

    [Fact]
    public async Task Head_answers_as_Get_without_a_body()
    {
        await using var client = await TargetClient.Start();
        var token = await client.Token();
        var layer = client.Target.Image.Blobs.Values.MaxBy(blob => blob.Data.Length)!;
        foreach (var path in new[] { $"{Image}/manifests/1.0", $"{Image}/blobs/{layer.Digest}" })
        {
            var get = await client.Get(path, token);
            var head = await client.Get(path, token, method: HttpMethod.Head);
            Assert.Equal(get.StatusCode, head.StatusCode);
            Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
            Assert.Equal(get.Headers.GetValues("Docker-Content-Digest"),
                head.Headers.GetValues("Docker-Content-Digest"));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancel));
        }
    }

    [Theory]
    [InlineData(Image + "/manifests/2.0", "MANIFEST_UNKNOWN")]
    [InlineData(Image + "/manifests/sha256:00", "MANIFEST_UNKNOWN")]
    [InlineData(Image + "/blobs/sha256:00", "BLOB_UNKNOWN")]
    [InlineData("/v2/library/other/manifests/1.0", "NAME_UNKNOWN")]
    [InlineData("/v2/library/other/tags/list", "NAME_UNKNOWN")]
    [InlineData("/v2/library/device-agent", "NOT_FOUND")]
    public async Task What_is_not_there_is_refused_with_the_specifications_code(string path, string code)
    {
        await using var client = await TargetClient.Start();
        var token = await client.Token("repository:library/device-agent:pull%20repository:library/other:pull");
        var response = await client.Get(path, token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(code, await TargetClient.ErrorCode(response));
    }

    [Fact]
    public async Task The_slash_of_a_name_may_be_percent_encoded()
    {
        await using var client = await TargetClient.Start();
        var response = await client.Get("/v2/library%2Fdevice-agent/tags/list", await client.Token());
        using var tags = await TargetClient.Json(response);
        Assert.Equal("1.0", tags.RootElement.GetProperty("tags")[0].GetString());
    }

    [Fact]
    public async Task Writing_is_refused()
    {
        await using var client = await TargetClient.Start();
        var response = await client.Get(Image + "/blobs/uploads", await client.Token(), method: HttpMethod.Post);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("UNSUPPORTED", await TargetClient.ErrorCode(response));
    }

    static async Task<byte[]> IsContent(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);
        Assert.Equal(Content.DigestOf(body), Assert.Single(response.Headers.GetValues("Docker-Content-Digest")));
        return body;
    }
}
