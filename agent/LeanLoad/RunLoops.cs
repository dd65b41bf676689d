using LeanLoad.Cli;
using LeanLoad.Http;
using LeanLoad.Loop;
using LeanLoad.Memory;
using LeanLoad.Users;
using Serilog.Core;

namespace LeanLoad;

/// <summary>What a run's loops are made of: options into loops, and whether the system has room for them.</summary>
static class RunLoops
{
    /// <summary>The loops, running, without a user.</summary>
    public static LoopSet Create(RunRequest request, int count, Logger log, long origin = 0)
    {
        var options = request.Options;
        var run = new SharedRun([.. request.Schedule.Plans.Select(static plan => plan.Iterations)], options.Seed);
        return new LoopSet(
            count, request.Scenario.Scopes.Count,
            () => options.Poller == PollerKind.Portable ? new PortablePoller() : Poller.Create(),
            HttpOf(options, count), run,
            (loop, fault) =>
            {
                if (RefusedMemory.IsCauseOf(fault)) run.OnOutOfMemory("the engine");
                else log.Error("On loop {Loop}, an exception escaped from an async void method or an engine "
                    + "callback: {Fault}", loop.Index, fault);
            },
            origin);
    }

    /// <summary>How requests are sent.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="loops">How many loops share it.</param>
    public static HttpSettings HttpOf(AgentOptions options, int loops) => new()
    {
        BaseUrl = options.Url,
        Timeout = options.Timeout,
        ConnectTimeout = options.ConnectTimeout,
        FirstByteTimeout = options.FirstByteTimeout,
        Connections = options.Connections,
        ResolveRules = options.ResolveRules,
        Loops = loops,
        FollowsRedirects = options.FollowsRedirects,
        Shape = options.Shape,
        Seed = options.Seed,
        Tls = options.Tls,
    };

    /// <summary>Why the plan needs more connections than this process may have; null where it does not.</summary>
    public static string? DescriptorProblem(RunRequest request)
    {
        var counts = request.UsersPerClass();
        var users = request.Scenario.Users.Select((user, index) => user.Class.IsHttp ? counts[index] : 0L).Sum();
        // Of scenarios that come one after another not all are there at once.
        users = Math.Min(users, request.Schedule.MostUsers);
        var sharing = request.Options.Connections;
        var connections = sharing.Shared > 0 ? Math.Min(users, sharing.Shared) : users;
        if (OpenFileLimit.TryRaise(connections, out var needed, out var allowed)) return null;
        return $"{Counted.Of(request.Schedule.MostUsers, "user needs", "users need")} {needed:N0} open files, a "
            + $"connection each, and this process may have {allowed:N0} (its hard limit, ulimit -Hn). "
            + "Raise that limit, have fewer users, or share connections: --connections "
            + $"{Math.Max(1, connections - (needed - allowed))}.";
    }
}
