namespace LeanLoad.Agent;

/// <summary>
/// The scenario for a first look at any server: fetches <c>--url</c> itself, over and over, without a pause.
/// </summary>
[LoadUser(Scenario = "url")]
sealed class UrlUser : HttpUser
{
    [LoadTask]
    public async ValueTask Get()
    {
        var response = await Http.Get("");
        if (response.Status >= 400) response.Fail("status 400 or above");
    }
}
