using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace LeanLoad.Tests;

/// <summary>Runs tests/LeanLoad.TestLoad, a load file of mishaps, as a process on the ordinary runtime.</summary>
static class TestLoad
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>What came of it.</summary>
    /// <param name="ExitCode">The exit code.</param>
    /// <param name="Output">Standard output, its lines joined: sentences are wrapped.</param>
    /// <param name="Error">Standard error.</param>
    public sealed record Result(int ExitCode, string Output, string Error);

    public static async Task<Result> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Assembly, "--log", "console", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new Result(process.ExitCode, (await output).ReplaceLineEndings(" "), await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs a scenario to its end, and reads its summary.</summary>
    public static async Task<JsonElement> SummaryOf(string scenario, params string[] arguments)
    {
        var path = Path.Combine(Path.GetTempPath(), $"leanload-{Guid.NewGuid():N}.json");
        try
        {
            var result = await RunAsync(["--scenario", scenario, "--json", path, .. arguments]);
            Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}: {result.Output} {result.Error}");
            using var document = JsonDocument.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
            return document.RootElement.Clone();
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Beside this assembly's own output: tests/LeanLoad.TestLoad/bin/<configuration>/net10.0.
    static string Assembly
    {
        get
        {
            var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Repository.PathOf("tests", "LeanLoad.TestLoad", "bin", framework.Parent!.Name, framework.Name, "LeanLoad.TestLoad.dll");
        }
    }
}
