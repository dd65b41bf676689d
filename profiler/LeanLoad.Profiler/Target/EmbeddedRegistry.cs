using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LeanLoad.Profiler.Target;

/// <summary>
/// A registry in this process, for the demo and for people without one: Docker Registry HTTP API V2 with token
/// authentication, one generated image, the device catalogue of the story, and answers of a chosen size or delay.
/// Read-only, on 127.0.0.1.
/// </summary>
sealed class EmbeddedRegistry : IAsyncDisposable
{
    readonly WebApplication app;
    readonly TokenAuthority authority;

    EmbeddedRegistry(WebApplication app, TokenAuthority authority, GeneratedImage image) =>
        (this.app, this.authority, Image) = (app, authority, image);

    /// <summary>
    /// Where it listens, with the real port and without a slash at its end: <c>http://127.0.0.1:40123</c>.
    /// </summary>
    public string Url => app.Urls.First();

    /// <summary>What it serves.</summary>
    public GeneratedImage Image { get; }

    /// <summary>Where tokens are had: the <c>realm</c> of a registry that trusts us.</summary>
    public string TokenRealm => Url + "/token";

    /// <summary>The certificate that a registry needs to check our tokens, as PEM: its <c>rootcertbundle</c>.</summary>
    public string CertificatePem => authority.CertificatePem;

    /// <summary>Starts listening.</summary>
    /// <exception cref="ArgumentException">The options have problems; the message lists them all.</exception>
    /// <exception cref="IOException">The port cannot be had; the message says which and what to do.</exception>
    public static async Task<EmbeddedRegistry> StartAsync(TargetOptions options, CancellationToken cancel)
    {
        if (options.Problems().ToArray() is { Length: > 0 } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems));
        }

        var authority = new TokenAuthority(options.TokenLifetime, options.Clock);
        var app = Listening(options.Port);
        var registry = new EmbeddedRegistry(app, authority, new GeneratedImage(options.Seed));
        var gate = new Gate(authority, () => registry.TokenRealm);
        new TokenRoute(authority, options).Map(app);
        new RegistryRoutes(registry.Image, gate).Map(app);
        new CatalogueRoutes(new DeviceCatalogue(options.Seed), gate).Map(app);
        ControlRoutes.Map(app);
        try
        {
            await app.StartAsync(cancel);
            return registry;
        }
        catch (Exception failure)
        {
            await registry.DisposeAsync();
            if (failure is not (IOException or System.Net.Sockets.SocketException)) throw;
            throw new IOException(
                $"The target cannot listen on 127.0.0.1:{options.Port}: {failure.Message} "
                + "Choose another --port, or 0 for any free one.", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        authority.Dispose();
    }

    /// <summary>
    /// Empty, not slim: a slim builder reads <c>ASPNETCORE_URLS</c> and an <c>appsettings.json</c> of the current
    /// directory, and logs to the console, where the report of the run belongs.
    /// </summary>
    static WebApplication Listening(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, HostedByUs>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        return builder.Build();
    }

    /// <summary>Ctrl-C belongs to the command that hosts the target; the default lifetime would take it.</summary>
    sealed class HostedByUs : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
