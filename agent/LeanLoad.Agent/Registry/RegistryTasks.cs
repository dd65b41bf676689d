using LeanLoad.Http;

namespace LeanLoad.Agent.Registry;

/// <summary>What a user of the registry does once signed in, however that came about.</summary>
abstract class RegistryTasks(RegistrySettings settings) : HttpUser
{
    // Both families: a registry that holds the one refuses who accepts only the other.
    static readonly HttpHeader AcceptIndex = new("Accept",
        "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json");

    static readonly HttpHeader AcceptManifest = new("Accept",
        "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json");

    readonly BasicCredential credential = new(settings.RegistryUser, settings.RegistrySecret);

    protected override ThinkTime ThinkTime => ThinkTime.Between(100.Milliseconds(), 500.Milliseconds());

    /// <summary>What to pull, and as whom.</summary>
    protected RegistrySettings Settings { get; } = settings;

    /// <summary>This user's sign-in.</summary>
    protected abstract HubSession Session { get; }

    [LoadTask(Weight = 3), Tag("hub:baseline:registry")]
    public async ValueTask Registry()
    {
        var refused = await Http.Get("/v2/");
        if (!refused.Check(401)) return;
        var welcome = await Http.Get("/v2/", bearer: Session.Token);
        welcome.Check(200);
    }

    [LoadTask, Tag("hub:baseline:token")]
    public async ValueTask Token()
    {
        var tokenUrl = Session.TokenUrl;
        var response = await Http.Get($"{tokenUrl:raw}", basic: credential);
        response.Check(200);
    }

    [LoadTask(Weight = 2), Tag("hub:pull")]
    public async ValueTask Pull()
    {
        var (image, tag, digest, token) = (Settings.Image, Settings.Tag, Settings.Digest, Session.Token);
        var index = await Http.Get($"/v2/{image:path}/manifests/{tag}", bearer: token, headers: [AcceptIndex]);
        if (!index.Check(200)) return;
        var manifest = await Http.Get(
            $"/v2/{image:path}/manifests/{digest}", bearer: token, keep: Keep.Body, headers: [AcceptManifest]);
        if (!manifest.Check(200)) return;
        if (manifest.Json(RegistryJson.Default.Manifest)?.Layers is not [var layer, ..])
        {
            manifest.Fail("no layers: --digest names a list of platforms; give one platform's manifest");
            return;
        }

        var blob = layer.Digest;
        var pulled = await Http.Get($"/v2/{image:path}/blobs/{blob}", bearer: token);
        pulled.Check(200);
    }
}
