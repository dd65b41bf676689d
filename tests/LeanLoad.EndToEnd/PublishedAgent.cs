using LeanLoad.EndToEnd;
using LeanLoad.Profiler.Agents;
using Xunit;

[assembly: AssemblyFixture(typeof(PublishedAgent))]

// Two cores: what one test measures, another beside it would spoil.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace LeanLoad.EndToEnd;

/// <summary>
/// The agent as its users get it: published ahead of time, once for all tests, and only if its sources changed.
/// </summary>
public sealed class PublishedAgent : IAsyncLifetime
{
    static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(10);

    /// <summary>The native executable.</summary>
    internal string Path { get; private set; } = "";

    /// <summary>The project it was published from.</summary>
    internal static string Project => System.IO.Path.Combine(Root, "agent", "LeanLoad.Agent");

    /// <summary>The profiler, for <c>dotnet</c>.</summary>
    internal static string Profiler => System.IO.Path.Combine(AppContext.BaseDirectory, "LeanLoad.Profiler.dll");

    static string Root
    {
        get
        {
            var directory = AppContext.BaseDirectory;
            while (!File.Exists(System.IO.Path.Combine(directory, "LeanLoad.sln")))
            {
                directory = System.IO.Path.GetDirectoryName(directory)
                    ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} lies in no clone of LeanLoad.");
            }

            return directory;
        }
    }

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(PublishLimit);
        var binary = await AgentBinary.ResolveAsync(Project, Console.WriteLine, limit.Token);
        // Without a C compiler there is only the agent of the ordinary runtime, about which these tests say nothing.
        Assert.Equal(AgentRuntime.Native, binary.Runtime);
        Path = binary.Path;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The agent with options.</summary>
    internal Command Command(params string[] arguments) => new(Path, arguments);

    /// <summary><c>leanload</c> with arguments.</summary>
    internal static Command LeanLoad(params string[] arguments) => new("dotnet", [Profiler, .. arguments]);
}
