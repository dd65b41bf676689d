using System.Diagnostics;
using System.Globalization;
using LeanLoad.Profiler.Agents;

namespace LeanLoad.Judge;

/// <summary>
/// A Linux that runs as a process of this machine, on its files: Debian's user-mode-linux. Its memory controller is on
/// cgroup v2, whatever the machine's is on; it has one processor, no PSI and no swap, boots in two seconds, and its
/// system calls are slow. It needs no rights.
/// </summary>
static class Guest
{
    /// <summary>The kernel, as Debian's package names its program.</summary>
    public const string Kernel = "linux.uml";

    /// <summary>How to get it.</summary>
    public const string Remedy = "apt-get install user-mode-linux iproute2";

    /// <summary>Room for the judge, its target and one agent in the largest of the grid's limits.</summary>
    static Bytes Memory => Bytes.FromMiB(1500);

    /// <summary>Judges in the guest, by the options of the judge's command.</summary>
    /// <returns>The judge's exit code.</returns>
    public static Task<int> JudgeAsync(IEnumerable<string> options, TextWriter output, CancellationToken cancel) =>
        RunAsync(["dotnet", typeof(Guest).Assembly.Location, .. options], Memory, output, cancel);

    /// <summary>Runs a program as the guest's root, with the loopback interface up and cgroups mounted.</summary>
    /// <param name="command">The program, found on the path, and its arguments.</param>
    /// <param name="memory">The guest's memory; the machine gives it as it is used.</param>
    /// <param name="output">Gets what the program writes, both streams, while it does.</param>
    /// <param name="cancel">Ends the guest.</param>
    /// <returns>The program's exit code.</returns>
    /// <exception cref="AgentException">There is no such kernel, or it ended before the program did.</exception>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> command, Bytes memory, TextWriter output, CancellationToken cancel)
    {
        var directory = Directory.CreateTempSubdirectory("leanload-guest-");
        try
        {
            var (init, text, code) = (Path.Combine(directory.FullName, "init"),
                Path.Combine(directory.FullName, "output"), Path.Combine(directory.FullName, "code"));
            await File.WriteAllTextAsync(init, Script(command, text, code), cancel);
            var start = new ProcessStartInfo(Kernel,
            [
                $"mem={memory.MiB.ToString("0", CultureInfo.InvariantCulture)}M", "rootfstype=hostfs", "rw",
                "con=null", "con0=null,fd:1", "quiet", "init=/bin/sh", "--", init,
            ])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var kernel = Start(start);
            kernel.StandardInput.Close();
            var said = kernel.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var problems = kernel.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                await FollowAsync(text, output, kernel.WaitForExitAsync(cancel));
            }
            finally
            {
                // It and what it runs are processes of the machine, all of them its children.
                if (!kernel.HasExited) kernel.Kill(entireProcessTree: true);
            }

            if (File.Exists(code))
            {
                return int.Parse(await File.ReadAllTextAsync(code, cancel), CultureInfo.InvariantCulture);
            }

            throw new AgentException($"{Kernel} ended before {command[0]} did: {await said}{await problems}");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new AgentException($"{Kernel} cannot be run: {problem.Message}. {Remedy}");
        }
    }

    static string Script(IReadOnlyList<string> command, string output, string code)
    {
        var exports = ((string[])["PATH", "HOME", "DOTNET_ROOT", "LANG"])
            .Select(static name => (name, Value: Environment.GetEnvironmentVariable(name)))
            .Where(static one => one.Value is not null)
            .Select(static one => $"export {one.name}={Quote(one.Value!)}");
        return $"""
            {string.Join('\n', exports)}
            mount -t proc proc /proc
            mount -t sysfs sysfs /sys
            mount -t cgroup2 cgroup2 /sys/fs/cgroup
            ip link set lo up
            cd {Quote(Environment.CurrentDirectory)}
            {string.Join(' ', command.Select(Quote))} > {Quote(output)} 2>&1
            echo $? > {Quote(code)}
            echo o > /proc/sysrq-trigger
            sleep 60

            """;
    }

    static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // The guest writes to a file of the machine: what comes to it is passed on.
    static async Task FollowAsync(string path, TextWriter output, Task ended)
    {
        var (passed, rest) = (0L, new char[4096]);
        for (var isOver = false; !isOver;)
        {
            isOver = await Task.WhenAny(ended, Task.Delay(500)) == ended;
            if (!File.Exists(path)) continue;
            using var reader = new StreamReader(new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            reader.BaseStream.Position = passed;
            for (int count; (count = await reader.ReadAsync(rest)) > 0;) await output.WriteAsync(rest, 0, count);
            passed = reader.BaseStream.Position;
        }

        await ended;
    }
}
