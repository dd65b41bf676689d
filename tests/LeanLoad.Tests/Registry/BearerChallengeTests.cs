using CsCheck;
using LeanLoad.Agent.Registry;
using Xunit;

namespace LeanLoad.Tests.Registry;

public sealed class BearerChallengeTests
{
    [Theory]
    [InlineData("Bearer realm=\"http://a/token\",service=\"s\"", "http://a/token", "s")]
    [InlineData("bearer  SERVICE=s , Realm=\"https://a:5001/t?x=1\"", "https://a:5001/t?x=1", "s")]
    [InlineData("Bearer realm=\"http://a/t\"", "http://a/t", null)]
    [InlineData("Bearer realm=http://a/t,scope=\"repository:x:pull,push\",,service=\"a,b=c\"", "http://a/t", "a,b=c")]
    [InlineData("Bearer realm=\"http://a/t\",service=\"say \\\"hi\\\" \\\\\"", "http://a/t", "say \"hi\" \\")]
    public void Reads_what_registries_send(string header, string realm, string? service)
    {
        Assert.True(BearerChallenge.TryParse(header, out var challenge));
        Assert.Equal((new Uri(realm), service), (challenge.Realm, challenge.Service));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic realm=\"http://a/t\"")]
    [InlineData("Bearer service=\"s\"")]
    [InlineData("Bearer realm=\"/token\"")]
    [InlineData("Bearer realm=\"ftp://a/t\"")]
    [InlineData("Bearer realm=\"http://a/t")]
    [InlineData("Bearer realm=\"http://a/t\\")]
    [InlineData("Bearer realm=")]
    [InlineData("Bearer =x")]
    [InlineData("Bearer realm=\"http://a/t\" service=\"s\"")]
    public void Refuses_what_names_no_token_endpoint(string header) =>
        Assert.False(BearerChallenge.TryParse(header, out _));

    [Fact]
    public void Reads_back_any_service_that_is_quoted()
    {
        Gen.String[Gen.Char[' ', '~'], 1, 30].Sample(service =>
        {
            var quoted = service.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal);
            var header = $"Bearer service=\"{quoted}\",realm=\"http://a/t\"";
            return BearerChallenge.TryParse(header, out var challenge) && challenge.Service == service;
        });
    }

    [Fact]
    public void Garbage_is_refused_or_names_an_http_endpoint_and_never_throws() =>
        Gen.String[Gen.Char["=\",\\ realmhttp:/"], 0, 40].Sample(text =>
            !BearerChallenge.TryParse($"Bearer realm=http://a/{text}", out var challenge)
                || challenge.Realm.Scheme is "http");

    [Theory]
    [InlineData("http://a/t", "http://a/t?service=my%20s&scope=repository%3Alibrary%2Fx%3Apull")]
    [InlineData("http://a/t?x=1", "http://a/t?x=1&service=my%20s&scope=repository%3Alibrary%2Fx%3Apull")]
    public void Asks_for_a_token_to_pull_with_everything_encoded(string realm, string url) =>
        Assert.Equal(url, new BearerChallenge(new Uri(realm), "my s").TokenUrl("library/x"));
}
