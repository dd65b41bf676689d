using System.Text.Json.Serialization.Metadata;
using LeanLoad.Http;
using LeanLoad.Stats;

namespace LeanLoad.Agent.Registry;

/// <summary>The steps of a sign-in. Each returns what it promises or says why it can't.</summary>
sealed class Hub(HttpSession http, RegistrySettings settings)
{
    /// <summary>Asks the registry where tokens are had, and gets one.</summary>
    /// <exception cref="HubException">Something on the way is not as the registry's specification has it, or the secret
    /// is wrong.</exception>
    public async ValueTask<(BearerChallenge Challenge, string Token)> Authenticate()
    {
        var response = await http.Get("/v2/", keep: Keep.Headers);
        if (response.Status == 0)
        {
            throw new HubException($"The registry at --url gave no answer: {Why(response.Failure)}.");
        }

        if (response.Status != 401)
        {
            throw new HubException(
                $"GET /v2/ without a token {Outcome(response)}, not 401. "
                + "Is --url a Docker registry with token authentication?");
        }

        var header = response.Header("WWW-Authenticate") ?? "";
        if (!BearerChallenge.TryParse(header, out var challenge))
        {
            throw new HubException(
                $"The registry's WWW-Authenticate is \"{header}\"; expected Bearer realm=\"http(s)://…\".");
        }

        return (challenge, await Token(challenge));
    }

    async ValueTask<string> Token(BearerChallenge challenge)
    {
        var credential = new BasicCredential(settings.RegistryUser, settings.RegistrySecret);
        var tokenUrl = challenge.TokenUrl(settings.Image);
        var response = await http.Get($"{tokenUrl:raw}", basic: credential, keep: Keep.Body);
        if (response.Status == 401)
        {
            throw new HubException(
                $"{challenge.Realm} refuses --registry-user \"{settings.RegistryUser}\" with this --registry-secret.");
        }

        var answer = Read(response, RegistryJson.Default.TokenAnswer, challenge.Realm.AbsoluteUri);
        return answer.Token ?? answer.AccessToken
            ?? throw new HubException($"{challenge.Realm} answered without a token.");
    }

    /// <summary>The table of device models; about 6 MiB.</summary>
    public async ValueTask<DeviceModel[]> Models(BearerChallenge challenge, string token)
    {
        var origin = Catalogue(challenge);
        var response = await http.Get($"{origin:raw}/catalogue/models", bearer: token, keep: Keep.Body);
        return Read(response, RegistryJson.Default.DeviceModelArray, $"{origin}/catalogue/models");
    }

    /// <summary>The devices, each of a known model; about 2 MiB.</summary>
    public async ValueTask<Device[]> Devices(BearerChallenge challenge, string token, DeviceModel[] models)
    {
        var origin = Catalogue(challenge);
        var response = await http.Get($"{origin:raw}/catalogue/devices", bearer: token, keep: Keep.Body);
        var devices = Read(response, RegistryJson.Default.DeviceArray, $"{origin}/catalogue/devices");
        var known = models.Select(model => model.Id).ToHashSet();
        if (Array.Find(devices, device => !known.Contains(device.Model)) is { } stray)
        {
            throw new HubException(
                $"Device {stray.Serial} is of the model {stray.Model}, which the catalogue does not list.");
        }

        return devices;
    }

    /// <summary>
    /// Shows the token at the registry's door. The last step of a sign-in: as any request, it lets go of the body kept
    /// before it, which is the devices' JSON.
    /// </summary>
    public async ValueTask Enter(string token)
    {
        var response = await http.Get("/v2/", bearer: token);
        if (response.Status == 200) return;
        throw new HubException(
            $"GET /v2/ with the token {Outcome(response)}, not 200. "
            + "Does the registry trust the certificate of its token endpoint, and do their clocks agree?");
    }

    string Catalogue(BearerChallenge challenge) =>
        (settings.Catalogue ?? new Uri(challenge.Realm, "/")).AbsoluteUri.TrimEnd('/');

    static T Read<T>(HttpResponse response, JsonTypeInfo<T> type, string url) where T : class
    {
        if (response.Status != 200) throw new HubException($"GET {url} {Outcome(response)}, not 200.");
        try
        {
            return response.Json(type) ?? throw new HubException($"GET {url} answered null.");
        }
        catch (System.Text.Json.JsonException problem)
        {
            throw new HubException($"GET {url} answered what is not the JSON expected: {problem.Message}");
        }
    }

    static string Outcome(HttpResponse response) =>
        response.Status == 0 ? $"got no answer ({Why(response.Failure)})" : $"answered {response.Status}";

    static string Why(FailureKind failure) => failure switch
    {
        FailureKind.Resolve => "its host name does not resolve",
        FailureKind.Connect => "nobody accepts connections there",
        FailureKind.Tls => "TLS failed; --ca names the authorities to trust",
        FailureKind.Closed => "it closed the connection before it had answered",
        FailureKind.Timeout => "none came within --timeout",
        FailureKind.Malformed => "what came is no HTTP response; is it another service's port?",
        _ => $"{failure}",
    };
}
