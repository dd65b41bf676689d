using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace LeanLoad.Profiler.Target;

/// <summary>
/// How the target answers: with an exact <c>Content-Length</c>, or in chunks where the client asks for it with
/// <c>?chunked=1</c>.
/// </summary>
static class Answers
{
    /// <summary>
    /// Bytes of one chunk: smaller than any answer that is worth splitting, and no divisor of a client's buffer.
    /// </summary>
    const int ChunkBytes = 10_000;

    /// <summary>Sends <paramref name="body"/>; of a HEAD request the headers alone.</summary>
    public static async Task Send(HttpContext context, string contentType, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.ContentType = contentType;
        var isChunked = context.Request.Query["chunked"] == "1";
        if (!isChunked) response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        if (!isChunked)
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
            return;
        }

        for (var at = 0; at < body.Length; at += ChunkBytes)
        {
            await response.Body.WriteAsync(body.Slice(at, Math.Min(ChunkBytes, body.Length - at)),
                context.RequestAborted);
        }
    }

    /// <summary>Sends a document and a line break, as Docker's registry does.</summary>
    public static Task SendJson<T>(HttpContext context, T value, JsonTypeInfo<T> type) =>
        Send(context, "application/json; charset=utf-8",
            (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n']);

    /// <summary>Refuses in the registry's words.</summary>
    public static Task Refuse(HttpContext context, int status, string code, string message, string? detail = null)
    {
        context.Response.StatusCode = status;
        return SendJson(context, new ErrorAnswer([new ErrorEntry(code, message, detail)]),
            TargetJson.Default.ErrorAnswer);
    }

    /// <summary>
    /// A route's whole number from 0 to <paramref name="most"/>; otherwise the request is refused and the answer is
    /// null.
    /// </summary>
    public static async ValueTask<long?> Number(HttpContext context, string name, long most)
    {
        var text = context.Request.RouteValues[name] as string ?? "";
        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && number <= most) return number;
        await Refuse(context, StatusCodes.Status400BadRequest, "BAD_REQUEST",
            $"{name} is a whole number from 0 to {most}", text);
        return null;
    }
}
