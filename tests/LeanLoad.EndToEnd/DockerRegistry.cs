using System.Diagnostics;
using LeanLoad.Profiler.Target;

namespace LeanLoad.EndToEnd;

/// <summary>
/// Debian's <c>docker-registry</c> (Docker Distribution 2.8) on a free loopback port, holding the generated image. It
/// takes tokens of our embedded target, which also serves the device catalogue beside them.
/// </summary>
sealed class DockerRegistry : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    readonly Process server;
    readonly DirectoryInfo directory;

    DockerRegistry(Process server, DirectoryInfo directory, EmbeddedRegistry tokens, string address) =>
        (this.server, this.directory, Tokens, Url) = (server, directory, tokens, "http://" + address);

    /// <summary>Where it listens: <c>http://127.0.0.1:40123</c>.</summary>
    public string Url { get; }

    /// <summary>The target that issues its tokens.</summary>
    public EmbeddedRegistry Tokens { get; }

    /// <summary>What it holds.</summary>
    public GeneratedImage Image => Tokens.Image;

    /// <summary>Who may sign in.</summary>
    public const string User = "device";

    /// <summary>The user's secret.</summary>
    public const string Secret = "correct-horse";

    /// <summary>Starts the registry and pushes the image into it; skips the test where a program is missing.</summary>
    public static async Task<DockerRegistry> StartAsync(CancellationToken cancel)
    {
        Requires.Command("docker-registry", "apt-get install docker-registry");
        Requires.Command("skopeo", "apt-get install skopeo");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(StartLimit);
        var options = new TargetOptions { User = User, Secret = Secret, GrantsPush = true };
        var tokens = await EmbeddedRegistry.StartAsync(options, limit.Token);
        var directory = Directory.CreateTempSubdirectory("leanload-registry-");
        var server = Serve(Configure(directory, tokens));
        try
        {
            var registry = new DockerRegistry(server, directory, tokens, await Listening(server, limit.Token));
            await registry.Push(limit.Token);
            return registry;
        }
        catch
        {
            await End(server, directory, tokens);
            throw;
        }
    }

    public ValueTask DisposeAsync() => End(server, directory, Tokens);

    static async ValueTask End(Process server, DirectoryInfo directory, EmbeddedRegistry tokens)
    {
        server.Kill();
        await server.WaitForExitAsync(CancellationToken.None);
        server.Dispose();
        await tokens.DisposeAsync();
        directory.Delete(recursive: true);
    }

    /// <returns>The configuration file.</returns>
    static string Configure(DirectoryInfo directory, EmbeddedRegistry tokens)
    {
        var certificate = Path.Combine(directory.FullName, "tokens.pem");
        File.WriteAllText(certificate, tokens.CertificatePem);
        var configuration = Path.Combine(directory.FullName, "config.yml");
        // Port 0: the system chooses, the log tells. Level info, because that line is of level info.
        File.WriteAllText(configuration, $"""
            version: 0.1
            log:
              level: info
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {Path.Combine(directory.FullName, "storage")}
            http:
              addr: 127.0.0.1:0
              secret: none
            auth:
              token:
                realm: {tokens.TokenRealm}
                service: {TokenAuthority.Service}
                issuer: {TokenAuthority.Issuer}
                rootcertbundle: {certificate}
            """);
        return configuration;
    }

    static Process Serve(string configuration) =>
        Process.Start(new ProcessStartInfo("docker-registry", ["serve", configuration])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;

    /// <summary>
    /// Reads the log until the registry says where it listens; after that goes on reading, or the pipe would fill and
    /// stop it.
    /// </summary>
    static async Task<string> Listening(Process server, CancellationToken cancel)
    {
        const string sign = "listening on ";
        var log = new List<string>();
        server.OutputDataReceived += static (_, _) => { };
        server.BeginOutputReadLine();
        while (await server.StandardError.ReadLineAsync(cancel) is { } line)
        {
            log.Add(line);
            var at = line.IndexOf(sign, StringComparison.Ordinal);
            if (at < 0) continue;
            _ = server.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            var address = line[(at + sign.Length)..];
            return address[..address.IndexOfAny(['"', ' ', ','])];
        }

        throw new InvalidOperationException($"docker-registry ended at its start:\n{string.Join('\n', log)}");
    }

    async Task Push(CancellationToken cancel)
    {
        var layout = directory.CreateSubdirectory("layout");
        OciLayout.Write(Image, layout.FullName);
        using var skopeo = Process.Start(new ProcessStartInfo("skopeo",
        [
            "--insecure-policy", "copy", "--all", "--preserve-digests", "--dest-tls-verify=false",
            "--dest-creds", $"{User}:{Secret}",
            $"oci:{layout.FullName}:{Image.Tag}", $"docker://{Url["http://".Length..]}/{Image.Name}:{Image.Tag}",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var problem = skopeo.StandardError.ReadToEndAsync(cancel);
        await skopeo.StandardOutput.ReadToEndAsync(cancel);
        await skopeo.WaitForExitAsync(cancel);
        if (skopeo.ExitCode != 0)
        {
            throw new InvalidOperationException($"skopeo could not push the image: {await problem}");
        }
    }
}
