using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LeanLoad.Profiler.Agents;

/// <summary>A running agent that we started: its output, its last words, its end.</summary>
sealed partial class AgentProcess : IAsyncDisposable
{
    /// <summary>Lines of standard error that are kept; the last of them explain an early end.</summary>
    const int TailLines = 20;

    const int Terminate = 15; // SIGTERM, man 7 signal

    readonly Process process;
    readonly Queue<string> tail = [];
    readonly Action<string> onLine;

    AgentProcess(Process process, Action<string> onLine)
    {
        (this.process, this.onLine) = (process, onLine);
        process.OutputDataReceived += (_, line) => { if (line.Data is { } text) onLine(text); };
        process.ErrorDataReceived += (_, line) => { if (line.Data is { } text) OnError(text); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Exited = WaitAsync();
    }

    /// <summary>The system's id of the process.</summary>
    public int Id => process.Id;

    /// <summary>Ends when the agent has ended and all its output is read; the exit code, 128 + n for signal
    /// n.</summary>
    public Task<int> Exited { get; }

    /// <summary>The last lines that the agent wrote to standard error.</summary>
    public string ErrorTail
    {
        get { lock (tail) return string.Join(Environment.NewLine, tail); }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="start">What to start; its output is redirected.</param>
    /// <param name="onLine">Hears each line of output and error, on a thread of the pool.</param>
    /// <exception cref="AgentException">It cannot be started.</exception>
    public static AgentProcess Start(ProcessStartInfo start, Action<string> onLine)
    {
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            return new AgentProcess(Process.Start(start)!, onLine);
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or IOException)
        {
            throw new AgentException($"{start.FileName} cannot be started: {error.Message}.", error);
        }
    }

    /// <summary>What an exit code says: <c>exit code 2</c>, <c>killed by SIGKILL (exit code 137)</c>.</summary>
    public static string Describe(int exitCode) => exitCode switch
    {
        129 => "killed by SIGHUP (exit code 129)",
        130 => "interrupted by SIGINT (exit code 130)",
        134 => "aborted by SIGABRT (exit code 134)",
        137 => "killed by SIGKILL (exit code 137), as the kernel does when memory runs out",
        139 => "crashed by SIGSEGV (exit code 139)",
        143 => "ended by SIGTERM (exit code 143)",
        _ => $"exit code {exitCode}",
    };

    /// <summary>Asks the agent to end and write its results (SIGTERM). Nothing happens where it has ended
    /// already.</summary>
    public void AskToEnd()
    {
        if (!process.HasExited) _ = Kill(process.Id, Terminate);
    }

    /// <summary>Ends the agent if it still runs: asks, waits two seconds, then kills it.</summary>
    public async ValueTask DisposeAsync()
    {
        AskToEnd();
        if (await Task.WhenAny(Exited, Task.Delay(TimeSpan.FromSeconds(2))) != Exited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    async Task<int> WaitAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    void OnError(string line)
    {
        lock (tail)
        {
            tail.Enqueue(line);
            if (tail.Count > TailLines) tail.Dequeue();
        }

        onLine(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
