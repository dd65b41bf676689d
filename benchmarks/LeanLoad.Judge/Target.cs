using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeanLoad.Judge;

/// <summary>
/// A server on loopback that sends as many bytes as it is asked for, as fast as they are read; plain and with TLS.
/// </summary>
sealed class Target : IAsyncDisposable
{
    static readonly byte[] Piece = new byte[64 << 10];

    readonly WebApplication app;

    Target(WebApplication app, Uri plain, Uri secure) => (this.app, Plain, Secure) = (app, plain, secure);

    public Uri Plain { get; }

    public Uri Secure { get; }

    public static async Task<Target> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MinResponseDataRate = null;
            server.Listen(IPAddress.Loopback, 0);
            server.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate()));
        });
        var app = builder.Build();
        app.MapGet("/bytes/{count:long}", SendAsync);
        app.MapGet("/port",
            (HttpContext context) => { context.Response.Headers["X-Port"] = $"{context.Connection.LocalPort}"; });
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses;
        return new Target(app, new Uri(addresses.First(url => url.StartsWith("http:", StringComparison.Ordinal))),
            new Uri(addresses.First(url => url.StartsWith("https:", StringComparison.Ordinal))));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    static async Task SendAsync(HttpContext context, long count)
    {
        context.Response.ContentLength = count;
        for (var left = count; left > 0;)
        {
            var size = (int)Math.Min(left, Piece.Length);
            await context.Response.Body.WriteAsync(Piece.AsMemory(0, size), context.RequestAborted);
            left -= size;
        }
    }

    static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
