using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LeanLoad.Profiler.Target;

/// <summary>Answers of a chosen size or delay, for tests of agents; no token needed.</summary>
static class ControlRoutes
{
    const long MostBytes = 1L << 30;
    const long MostMilliseconds = 600_000;

    /// <summary>The body of every answer is this, repeated: byte i is <c>'a' + i mod 26</c>.</summary>
    static readonly byte[] Pattern = [.. Enumerable.Range(0, 26 * 1024).Select(i => (byte)('a' + i % 26))];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/bytes/{count}", ["GET", "HEAD"], Bytes);
        routes.MapMethods("/slow/{milliseconds}", ["GET"], Slow);
    }

    static async Task Bytes(HttpContext context)
    {
        if (await Answers.Number(context, "count", MostBytes) is not { } count) return;
        var response = context.Response;
        response.ContentType = "application/octet-stream";
        if (context.Request.Query["chunked"] != "1") response.ContentLength = count;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        for (var left = count; left > 0; left -= Pattern.Length)
        {
            await response.Body.WriteAsync(Pattern.AsMemory(0, (int)Math.Min(left, Pattern.Length)),
                context.RequestAborted);
        }
    }

    static async Task Slow(HttpContext context)
    {
        if (await Answers.Number(context, "milliseconds", MostMilliseconds) is not { } milliseconds) return;
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), context.RequestAborted);
        await Answers.Send(context, "text/plain", "slow\n"u8.ToArray());
    }
}
