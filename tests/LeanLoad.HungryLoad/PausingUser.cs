using System.Runtime.CompilerServices;

namespace LeanLoad.HungryLoad;

/// <summary>Not hungry at all: two tasks and think time, and not a byte for an iteration.</summary>
[LoadUser(Scenario = "pausing")]
sealed class PausingUser : HttpUser
{
    protected override ThinkTime ThinkTime => ThinkTime.Between(TimeSpan.Zero, 1.Milliseconds());

    [LoadTask(Weight = 3), AsyncMethodBuilder(typeof(PooledTaskBuilder))]
    public async ValueTask Look() => (await Http.Get($"/items/{Index}")).Check(200);

    [LoadTask, AsyncMethodBuilder(typeof(PooledTaskBuilder))]
    public async ValueTask Buy() => (await Http.Get("/cart")).Check(200);
}
