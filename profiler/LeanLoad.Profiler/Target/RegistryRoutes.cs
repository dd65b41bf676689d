using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace LeanLoad.Profiler.Target;

/// <summary>The reading half of the Docker Registry HTTP API V2, for one generated image.</summary>
sealed class RegistryRoutes(GeneratedImage image, Gate gate)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("/v2", Answer);
        routes.Map("/v2/{**rest}", Answer);
    }

    Task Answer(HttpContext context)
    {
        context.Response.Headers["Docker-Distribution-API-Version"] = "registry/2.0";
        var rest = context.Request.RouteValues["rest"] as string ?? "";
        // The server leaves %2F encoded in paths; clients may encode the slash of library/device-agent, and real
        // registries accept it.
        var target = RegistryPath.Parse(rest.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
        if (!gate.Admits(context, target.Name, out var refusal)) return refusal;
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return Answers.Refuse(context, StatusCodes.Status405MethodNotAllowed, "UNSUPPORTED",
                "this registry is read-only");
        }

        if (target.Kind == PathKind.Root)
        {
            return Answers.Send(context, "application/json; charset=utf-8", "{}"u8.ToArray());
        }

        if (target.Kind == PathKind.Unknown) return NotFound(context, "NOT_FOUND", "no such route", rest);
        if (target.Name != image.Name)
        {
            return NotFound(context, "NAME_UNKNOWN", "repository name not known to registry", target.Name);
        }

        return target.Kind switch
        {
            PathKind.Manifest when Manifest(context.Request, target.Reference) is { } manifest =>
                Serve(context, manifest),
            PathKind.Manifest => NotFound(context, "MANIFEST_UNKNOWN", "manifest unknown", target.Reference),
            PathKind.Blob when image.Blobs.TryGetValue(target.Reference, out var blob) => Serve(context, blob),
            PathKind.Blob => NotFound(context, "BLOB_UNKNOWN", "blob unknown to registry", target.Reference),
            _ => Answers.SendJson(context, new TagsAnswer(image.Name, [image.Tag]), TargetJson.Default.TagsAnswer),
        };
    }

    Content? Manifest(HttpRequest request, string reference)
    {
        if (reference != image.Tag) return image.Manifests.GetValueOrDefault(reference);
        Content[] offers = [image.OciIndex, image.DockerIndex, image.OciManifest, image.DockerManifest];
        // As Docker's registry: the first acceptable type wins, quality values are not weighed; who accepts nothing we
        // have gets the index.
        foreach (var accepted in request.Headers.GetCommaSeparatedValues(HeaderNames.Accept))
        {
            var mediaType = accepted.Split(';')[0].Trim();
            var found =
                Array.Find(offers, offer => offer.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase));
            if (found is not null) return found;
        }

        return image.OciIndex;
    }

    static Task Serve(HttpContext context, Content content)
    {
        context.Response.Headers["Docker-Content-Digest"] = content.Digest;
        context.Response.Headers.ETag = $"\"{content.Digest}\"";
        return Answers.Send(context, content.MediaType, content.Data);
    }

    static Task NotFound(HttpContext context, string code, string message, string? detail) =>
        Answers.Refuse(context, StatusCodes.Status404NotFound, code, message, detail);
}
