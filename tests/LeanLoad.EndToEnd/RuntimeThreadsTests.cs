using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>
/// A thread that the runtime wants when the heap is full throws where nobody can catch it: so it has all of them before
/// the first user.
/// </summary>
public sealed class RuntimeThreadsTests(ITestOutputHelper output)
{
    /// <summary>Users who wait for the runtime's timers, which go off in its pool, and fill the heap.</summary>
    [Fact]
    public async Task The_runtime_makes_no_thread_once_users_run()
    {
        Requires.MemoryCgroup();
        var binary = await AgentBinary.ResolveAsync(
            JudgeTests.Project, Console.WriteLine, TestContext.Current.CancellationToken);
        await using var running = new Command(binary.Path,
            ["--scenario", "rush", "--users", "6", "--each", "30MiB", "--after", "1s", "--duration", "20s",
                "--log", "console"])
        { Cage = Bytes.FromMiB(44), Limit = TimeSpan.FromSeconds(15) }.Start();
        await running.SeesAsync("Ready");
        List<string> threads = [];
        while (!running.Completion.IsCompleted)
        {
            if (Threads(running.Id) is { Count: > 0 } seen && seen.Contains("loop 0")) threads = seen;
            // The first loop is the first thread of the agent's own that waits for users.
            Assert.True(threads.FindLastIndex(IsOfTheRuntime) < threads.IndexOf("loop 0") || threads.Count == 0,
                string.Join(", ", threads));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        output.WriteLine(string.Join(", ", threads));
        Assert.InRange(threads.Count(name => name == ".NET TP Worker"), Math.Clamp(Environment.ProcessorCount, 2, 8),
            int.MaxValue);
        Assert.Contains(".NET TP Gate", threads);
        Assert.Contains(".NET Timer", threads);
        (await running.Completion).Ended(86);
    }

    [Fact]
    public async Task One_that_is_refused_memory_ends_the_run_and_not_the_process()
    {
        var binary = await AgentBinary.ResolveAsync(
            JudgeTests.Project, Console.WriteLine, TestContext.Current.CancellationToken);
        var command = new Command(binary.Path, ["--scenario", "stray", "--users", "2", "--memory", "64MiB"]);
        var guarded = command.With("--duration", "20s");

        (await guarded.RunAsync()).Ended(86)
            .Said("the runtime was refused memory", "Finalizers go on, and leave time.");

        // Of the load file's own, which lets all threads go on: it decides, and is not silently in the way.
        var own = command.With("--duration", "1s") with
        {
            Variables = new Dictionary<string, string?> { ["HUNGRY_OWN_HANDLER"] = "1" },
        };
        (await own.RunAsync()).Ended(0).Said("The load file deals with exceptions that nobody catches itself");

        var unguarded = await guarded.With("--over-memory", "ignore").RunAsync();
        Assert.Equal(128 + 6, unguarded.ExitCode); // Aborted, as by default.
    }

    /// <summary>A child process that runs a bootstrap, and what is done in the agent before its first user.</summary>
    [Theory]
    [InlineData("strayed")]
    [InlineData("astray")]
    public async Task Whoever_waits_for_one_that_was_refused_memory_is_waited_for_no_longer(string scenario)
    {
        var binary = await AgentBinary.ResolveAsync(
            JudgeTests.Project, Console.WriteLine, TestContext.Current.CancellationToken);

        var ended = await new Command(binary.Path,
            ["--scenario", scenario, "--users", "1", "--duration", "20s", "--memory", "64MiB"]).RunAsync();

        ended.Ended(86).Said("it was ended: a thread of the runtime's was refused memory");
    }

    static bool IsOfTheRuntime(string name) => name.StartsWith(".NET ", StringComparison.Ordinal);

    /// <summary>Their names in the order in which they were made: so the kernel lists them.</summary>
    static List<string> Threads(int process)
    {
        var threads = new List<string>();
        try
        {
            foreach (var thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
            {
                threads.Add(File.ReadAllText($"{thread}/comm").TrimEnd());
            }
        }
        catch (IOException)
        {
            // It has just ended: nothing more is to be seen.
            return [];
        }

        return threads;
    }
}
