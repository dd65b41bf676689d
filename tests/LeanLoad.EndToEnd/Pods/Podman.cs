using System.Diagnostics;

namespace LeanLoad.EndToEnd.Pods;

/// <summary>
/// podman with images, containers and volumes of its own in a temporary directory, so that nothing on the machine is
/// touched and nothing is left.
/// </summary>
sealed class Podman : IAsyncDisposable
{
    readonly DirectoryInfo home = Directory.CreateTempSubdirectory("ll-podman-");

    /// <summary>Skips the test where pods can't be run.</summary>
    public static void Require()
    {
        foreach (var program in (string[])["podman", "runc", "conmon", "gcc"])
        {
            Requires.Command(program,
                "apt-get install --no-install-recommends podman runc conmon buildah netavark catatonit iptables gcc "
                + "libc6-dev");
        }

        Requires.Root();
    }

    public Podman()
    {
        // runc, because crun refuses a machine with cgroups of both versions. Limits that are lower than ours, because
        // without CAP_SYS_RESOURCE they can't be raised to podman's defaults.
        File.WriteAllText(PathOf("containers.conf"), $"""
            [containers]
            default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
            [engine]
            runtime = "runc"
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            tmp_dir = "{PathOf("tmp")}"
            """);
        // No driver named: overlay where the file system can, else plain copies.
        File.WriteAllText(PathOf("storage.conf"), $"""
            [storage]
            driver = ""
            graphroot = "{PathOf("images")}"
            runroot = "{PathOf("run")}"
            """);
    }

    /// <summary>A file or directory that goes with this.</summary>
    public string PathOf(string name) => Path.Combine(home.FullName, name);

    /// <summary>Runs podman.</summary>
    /// <returns>What it wrote to both streams.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public Task<string> RunAsync(CancellationToken cancel, params string[] arguments) =>
        RunAsync("podman", arguments, cancel);

    /// <summary>Runs another program in the repository's root.</summary>
    public async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Repository.Root,
            Environment =
            {
                ["CONTAINERS_CONF"] = PathOf("containers.conf"),
                ["CONTAINERS_STORAGE_CONF"] = PathOf("storage.conf"),
            },
        })!;
        var error = process.StandardError.ReadToEndAsync(cancel);
        var output = await process.StandardOutput.ReadToEndAsync(cancel);
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode == 0) return output + await error;
        throw new InvalidOperationException(
            $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}{await error}");
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync(CancellationToken.None, "pod", "rm", "--all", "--force", "--time", "0");
        home.Delete(recursive: true);
    }
}
