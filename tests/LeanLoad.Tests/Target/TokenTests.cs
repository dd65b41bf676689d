using System.Buffers.Text;
using System.Net;
using System.Text;
using Xunit;

namespace LeanLoad.Tests.Target;

public sealed class TokenTests
{
    const string Root = "/v2/";
    const string Manifest = "/v2/library/device-agent/manifests/1.0";
    const string PullScope = "scope=repository:library/device-agent:pull";

    [Fact]
    public async Task The_answer_names_the_token_twice_with_its_lifetime_and_birth()
    {
        var clock = new SetClock();
        await using var client = await TargetClient.Start(options =>
            options with { TokenLifetime = TimeSpan.FromMinutes(5), Clock = clock });
        using var answer = await TargetClient.Json(await client.AskToken($"service=leanload-registry&{PullScope}"));
        var root = answer.RootElement;
        Assert.Equal(root.GetProperty("token").GetString(), root.GetProperty("access_token").GetString());
        Assert.Equal(300, root.GetProperty("expires_in").GetInt32());
        Assert.Equal(clock.Now, root.GetProperty("issued_at").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("device:wrong")]
    [InlineData("device:")]
    [InlineData("other:" + TargetClient.Secret)]
    [InlineData("device" + TargetClient.Secret)]
    [InlineData("")]
    public async Task A_wrong_user_or_secret_gets_401(string credentials)
    {
        await using var client = await TargetClient.Start();
        var response = await client.AskToken($"service=leanload-registry&{PullScope}", credentials);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("UNAUTHORIZED", await TargetClient.ErrorCode(response));
    }

    [Fact]
    public async Task No_credentials_and_garbage_get_401()
    {
        await using var client = await TargetClient.Start();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.Get("/token?service=leanload-registry")).StatusCode);
        client.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Basic !!!not base64!!!");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.Get("/token?service=leanload-registry")).StatusCode);
    }

    [Theory]
    [InlineData("service=other&" + PullScope)]
    [InlineData(PullScope)]
    [InlineData("service=leanload-registry&scope=repository")]
    [InlineData("service=leanload-registry&scope=repository:name:")]
    [InlineData("service=leanload-registry&scope=repository::pull")]
    public async Task A_wrong_service_or_scope_gets_400(string query)
    {
        await using var client = await TargetClient.Start();
        Assert.Equal(HttpStatusCode.BadRequest, (await client.AskToken(query)).StatusCode);
    }

    [Theory]
    [InlineData("repository:library/other:pull")]
    [InlineData("repository:library/device-agent:push")]
    [InlineData("registry:catalog:*")]
    public async Task A_token_opens_only_what_it_was_issued_for(string scope)
    {
        await using var client = await TargetClient.Start();
        var token = await client.Token(scope);
        Assert.Equal(HttpStatusCode.OK, (await client.Get(Root, token)).StatusCode);
        var response = await client.Get(Manifest, token);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("error=\"insufficient_scope\"", response.Headers.WwwAuthenticate.ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "[\"pull\"]")]
    [InlineData(true, "[\"pull\",\"push\"]")]
    public async Task Push_is_granted_only_where_the_options_say_so(bool grantsPush, string actions)
    {
        await using var client = await TargetClient.Start(options => options with { GrantsPush = grantsPush });
        var claims = Decode((await client.Token("repository:library/device-agent:pull,push,delete")).Split('.')[1]);
        Assert.Contains($"\"actions\":{actions}", claims, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_valid_until_its_last_second_and_not_after()
    {
        var clock = new SetClock();
        await using var client = await TargetClient.Start(options =>
            options with { TokenLifetime = TimeSpan.FromSeconds(60), Clock = clock });
        var token = await client.Token();
        clock.Now += TimeSpan.FromSeconds(59);
        Assert.Equal(HttpStatusCode.OK, (await client.Get(Manifest, token)).StatusCode);
        clock.Now += TimeSpan.FromSeconds(1);
        var response = await client.Get(Manifest, token);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_changed_character_of_a_token_makes_it_invalid()
    {
        await using var client = await TargetClient.Start();
        var token = await client.Token();
        var parts = token.Split('.');
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            // Not the last character of a part: its low bits are padding, which base64url readers ignore.
            var part = i % 3;
            var at = random.Next(parts[part].Length - 1);
            var changed = parts[part][at] == 'A' ? 'B' : 'A';
            var tampered = (string[])parts.Clone();
            tampered[part] = $"{parts[part][..at]}{changed}{parts[part][(at + 1)..]}";
            var response = await client.Get(Root, string.Join('.', tampered));
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized,
                $"seed 7, part {part}, character {at} passed");
        }
    }

    [Fact]
    public async Task An_unsigned_token_and_one_of_another_authority_are_invalid()
    {
        await using var client = await TargetClient.Start();
        await using var other = await TargetClient.Start();
        var parts = (await client.Token()).Split('.');
        var none = Convert.ToBase64String("{\"alg\":\"none\",\"typ\":\"JWT\"}"u8).TrimEnd('=');
        foreach (var token in new[] { $"{none}.{parts[1]}.", $"{parts[0]}.{parts[1]}.", await other.Token(), "garbage",
            "a.b.c" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.Get(Root, token)).StatusCode);
    }

    static string Decode(string part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));

    /// <summary>Stands still until it is set. Whole seconds, as tokens have them.</summary>
    sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
