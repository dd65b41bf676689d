using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LeanLoad.Profiler.Target;

/// <summary><c>GET /catalogue/models</c> and <c>/catalogue/devices</c>, for everyone with a valid token.</summary>
sealed class CatalogueRoutes(DeviceCatalogue catalogue, Gate gate)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/catalogue/models", ["GET", "HEAD"], context => Answer(context, catalogue.Models));
        routes.MapMethods("/catalogue/devices", ["GET", "HEAD"], context => Answer(context, catalogue.Devices));
    }

    Task Answer(HttpContext context, ReadOnlyMemory<byte> document) =>
        gate.Admits(context, null, out var refusal) ? Answers.Send(context, "application/json", document) : refusal;
}
