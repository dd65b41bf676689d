using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using LeanLoad.Judge;
using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>A program that a test started. Nothing of it is left when disposed of: no process, no cgroup.</summary>
sealed partial class RunningCommand : IAsyncDisposable
{
    public const int Hangup = 1, Interrupt = 2, KillAtOnce = 9, Terminate = 15; // man 7 signal

    readonly Command command;
    readonly Process process;
    readonly Cage? cage;
    readonly StringBuilder output = new();
    readonly StringBuilder error = new();
    readonly List<(Func<string, bool> Sign, TaskCompletionSource Seen)> awaited = [];

    RunningCommand(Command command, Process process, Cage? cage)
    {
        (this.command, this.process, this.cage) = (command, process, cage);
        process.OutputDataReceived += (_, line) => Hear(output, line.Data);
        process.ErrorDataReceived += (_, line) => Hear(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Completion = CompleteAsync();
    }

    /// <summary>The system's id of the process; of a caged one too, which keeps it through its shell.</summary>
    public int Id => process.Id;

    /// <summary>What came of it.</summary>
    public Task<CommandResult> Completion { get; }

    public static RunningCommand Start(Command command)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            WorkingDirectory = command.Directory ?? "",
        };
        foreach (var (name, value) in command.Variables) start.Environment[name] = value;
        Cage? cage = null;
        if (command.Cage is { } limit)
        {
            Requires.MemoryCgroup();
            Assert.True(Cage.TryCreate(limit, out cage, out var problem), problem);
            if (!command.IsUnread && File.Exists(command.Program)) UnreadCopy.Read(command.Program);
            start = cage.Enclose(start);
        }

        (start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (true, true, true);
        return new RunningCommand(command, Process.Start(start)!, cage);
    }

    /// <summary>Waits for a line of output or error, also one that came before.</summary>
    public async Task SeesAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (awaited)
        {
            if (Contains(output, text) || Contains(error, text)) return;
            awaited.Add((line => line.Contains(text, StringComparison.Ordinal), seen));
        }

        if (await Task.WhenAny(seen.Task, Completion) == seen.Task) return;
        var result = await Completion;
        Assert.Fail($"It ended before it said \"{text}\": {result}");
    }

    /// <summary>Sends a signal to the process, or to its whole group, as a terminal does.</summary>
    public void Signal(int signal, bool toGroup = false) => Assert.Equal(0, Kill(toGroup ? -Id : Id, signal));

    /// <summary>Changes the limit of the cage while it runs.</summary>
    public void ChangeCage(Bytes limit) => Assert.True(cage!.TryChange(limit), $"The kernel did not take {limit}.");

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        cage?.Dispose();
    }

    async Task<CommandResult> CompleteAsync()
    {
        using var limit = new CancellationTokenSource(command.Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            var whereabouts = await Whereabouts.OfAsync(Id);
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw new TimeoutException(
                $"It took more than {command.Limit.TotalSeconds:0} s: {Result()}\n--- threads\n{whereabouts}");
        }

        return Result();
    }

    CommandResult Result()
    {
        lock (awaited) return new CommandResult(process.ExitCode, output.ToString(), error.ToString(), cage?.Read());
    }

    void Hear(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (awaited)
        {
            text.Append(line).Append('\n');
            foreach (var (_, seen) in awaited.Where(one => one.Sign(line))) seen.TrySetResult();
        }
    }

    static bool Contains(StringBuilder text, string part) => text.ToString().Contains(part, StringComparison.Ordinal);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
