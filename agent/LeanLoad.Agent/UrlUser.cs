using System.Runtime.CompilerServices;

namespace LeanLoad.Agent;

/// <summary>
/// The scenario for a first look at any server: fetches <c>--url</c> itself, over and over, without a pause; with
/// <c>--body</c> it posts to it.
/// </summary>
[LoadUser(Scenario = "url")]
sealed class UrlUser(UrlSettings settings) : HttpUser
{
    readonly byte[]? body = settings.Bytes;

    [LoadTask, AsyncMethodBuilder(typeof(PooledTaskBuilder))]
    public async ValueTask Get()
    {
        var response = body is null ? await Http.Get("") : await Http.Post($"", body);
        if (response.Status >= 400) response.Fail("status 400 or above");
    }
}
