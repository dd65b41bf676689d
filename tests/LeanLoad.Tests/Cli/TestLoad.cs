using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace LeanLoad.Tests.Cli;

/// <summary>Runs of the program <c>tests/LeanLoad.TestLoad</c>, on the ordinary runtime.</summary>
sealed partial class TestLoad : IDisposable
{
    readonly Process process;
    readonly StringBuilder error = new();
    readonly Task<string> output;

    TestLoad(string[] args, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet"
            ? path : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release"
            : "Debug";
        start.ArgumentList.Add(
            Repository.PathOf("tests", "LeanLoad.TestLoad", "bin", configuration, "net10.0", "LeanLoad.TestLoad.dll"));
        foreach (var argument in args) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        process = new Process { StartInfo = start };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (error) error.AppendLine(line.Data);
        };
        process.Start();
        process.BeginErrorReadLine();
        output = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>What was written to standard error so far.</summary>
    public string ErrorSoFar
    {
        get { lock (error) return error.ToString(); }
    }

    /// <summary>One run from begin to end.</summary>
    public static Ended Run(params string[] args)
    {
        using var load = new TestLoad(args, []);
        return load.WaitForEnd();
    }

    public static Ended RunWith((string Name, string Value)[] environment, params string[] args)
    {
        using var load = new TestLoad(args, environment);
        return load.WaitForEnd();
    }

    public static TestLoad Start(params string[] args) => new(args, []);

    /// <summary>Waits until a text stands in standard error.</summary>
    public TestLoad When(string text)
    {
        if (!SpinWait.SpinUntil(() => ErrorSoFar.Contains(text, StringComparison.Ordinal) || process.HasExited,
            TimeSpan.FromSeconds(60))
            || !ErrorSoFar.Contains(text, StringComparison.Ordinal)) throw new TimeoutException(
                $"\"{text}\" never came; it said: {ErrorSoFar}");
        return this;
    }

    public TestLoad Signal(int signal)
    {
        if (Kill(process.Id, signal) != 0) throw new InvalidOperationException("the process is gone");
        return this;
    }

    public Ended WaitForEnd()
    {
        if (!process.WaitForExit(TimeSpan.FromSeconds(90)))
        {
            throw new TimeoutException($"it did not end; it said: {ErrorSoFar}");
        }

        process.WaitForExit();
        return new Ended(process.ExitCode, output.Result, ErrorSoFar);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>How a run ended.</summary>
    public sealed record Ended(int ExitCode, string Output, string Error)
    {
        /// <summary>Everything it said, for a message when an assertion fails.</summary>
        public string Said => $"exit code {ExitCode}\n{Output}\n{Error}";

        /// <summary>Whether a stack trace stands in it: no user's mistake may show one.</summary>
        public bool HasStackTrace => Said.Contains("   at ", StringComparison.Ordinal);
    }
}
