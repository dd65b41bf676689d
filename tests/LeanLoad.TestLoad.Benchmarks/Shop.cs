using System.Text;
using LeanLoad.Http;

namespace LeanLoad.TestLoad.Benchmarks;

/// <summary>What all shoppers share.</summary>
public sealed record Catalogue(string First)
{
    [Bootstrap]
    public static async Task<Catalogue> Load(BootstrapContext context) =>
        new((await context.Http.Get("/products")).Header("X-First") ?? throw new InvalidDataException("no X-First"));
}

/// <summary>Shares the catalogue, and does all that a user does.</summary>
[LoadUser]
public sealed class Shopper(Catalogue catalogue) : HttpUser
{
    byte[]? last;

    protected override ThinkTime ThinkTime => ThinkTime.Between(1.Seconds(), 5.Seconds());

    protected override async ValueTask Start() => (await Http.Get("/")).Check(200);

    /// <summary>Each iteration that waits allocates its state machine, and no more.</summary>
    [LoadTask]
    public async ValueTask Browse() => (await Http.Get($"/products/{catalogue.First}")).Check(200);

    [LoadTask]
    public void Allocate()
    {
        // 24 bytes of it are the array's header and length.
        last = new byte[512 - 24];
        GC.KeepAlive(last);
    }
}

/// <summary>Fetches and keeps for itself what all could share.</summary>
[LoadUser]
public sealed class LoneShopper : HttpUser
{
    string? catalogue;

    protected override async ValueTask Start()
    {
        var response = await Http.Get("/products", keep: Keep.Body);
        catalogue = Encoding.UTF8.GetString(response.Body);
    }

    [LoadTask]
    public void Look() => GC.KeepAlive(catalogue);

    [LoadTask]
    public async ValueTask Miss() => (await Http.Get("/nowhere")).Check(200);

    [LoadTask]
    public void Fail() => throw new FormatException("no number");
}
