#:package LeanLoad@*
// The users whose bytes `users` measures, one scenario each. Written as an author would: no trick makes them smaller.
using LeanLoad;

return await LoadTest.RunAsync(args);

/// <summary>Started, and never does anything again.</summary>
[LoadUser(Scenario = "idle")]
sealed class IdleUser : User
{
    protected override ThinkTime ThinkTime => ThinkTime.Constant(TimeSpan.FromHours(1));

    [LoadTask]
    public void Rest()
    {
    }
}

/// <summary>Thinks for a second, does nothing, and thinks again.</summary>
[LoadUser(Scenario = "think")]
sealed class ThinkingUser : User
{
    protected override ThinkTime ThinkTime => ThinkTime.Between(500.Milliseconds(), 1500.Milliseconds());

    [LoadTask]
    public void Nod()
    {
    }
}

/// <summary>Fetches the target each second, over its one connection; what cookies come, it keeps.</summary>
[LoadUser(Scenario = "http")]
sealed class FetchingUser : HttpUser
{
    protected override ThinkTime ThinkTime => ThinkTime.Between(500.Milliseconds(), 1500.Milliseconds());

    [LoadTask]
    public async ValueTask Fetch() => (await Http.Get("")).Check(200);
}
