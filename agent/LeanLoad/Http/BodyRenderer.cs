using System.Text.Json;

namespace LeanLoad.Http;

/// <summary>
/// Renders bodies behind the head in the loop's request buffer, where they fit, with the headers that say what they
/// are; opens what is streamed. One per loop; a small body allocates nothing.
/// </summary>
sealed class BodyRenderer(RequestWriter writer)
{
    Utf8JsonWriter? json;

    /// <summary>Ends the head and writes the body.</summary>
    /// <param name="parts">The call.</param>
    /// <param name="own">The author's own headers.</param>
    /// <returns>What is to be streamed behind it; null where all is in the buffer, or the writer has a
    /// problem.</returns>
    public BodySource? Append(scoped in RequestParts parts, OwnHeaders own)
    {
        var body = parts.Body;
        if (body.Kind == BodyKind.None)
        {
            if (parts.ExpectsBody) writer.AppendContentLength(0);
            writer.End(default);
            return null;
        }

        if (body.Kind == BodyKind.Multipart && (own & OwnHeaders.ContentType) != 0)
        {
            writer.Refuse("the Content-Type of a multipart form holds its boundary; leave out the header");
            return null;
        }

        if (body.ContentType is not null && (own & OwnHeaders.ContentType) == 0)
        {
            writer.AppendHeader("Content-Type: "u8, body.ContentType);
        }

        switch (body.Kind)
        {
            case BodyKind.Bytes:
                AppendBytes(body.Span);
                return null;
            case BodyKind.Memory when body.Memory.Length <= BodySource.PieceBytes
                && body.Memory.Length + 64 < writer.Room:
                AppendBytes(body.Memory.Span);
                return null;
            case BodyKind.Text or BodyKind.Json or BodyKind.Form:
                writer.BeginBody();
                Render(body);
                writer.EndBody();
                return null;
            default:
                return Open(body);
        }
    }

    void AppendBytes(ReadOnlySpan<byte> bytes)
    {
        writer.AppendContentLength(bytes.Length);
        writer.End(bytes);
    }

    void Render(scoped in RequestBody body)
    {
        switch (body.Kind)
        {
            case BodyKind.Text:
                writer.AppendText(body.Characters);
                break;
            case BodyKind.Json:
                // What it writes is the serializer's own, which escapes as it must.
                json ??= new Utf8JsonWriter(writer, new JsonWriterOptions { SkipValidation = true });
                json.Reset();
                JsonSerializer.Serialize(json, body.Value, body.Type!);
                json.Flush();
                break;
            case BodyKind.Form:
                for (var index = 0; index < body.Fields.Length; index++)
                {
                    if (index > 0) writer.Append("&"u8);
                    writer.AppendFormText(body.Fields[index].Name);
                    writer.Append("="u8);
                    writer.AppendFormText(body.Fields[index].Value);
                }

                break;
        }
    }

    BodySource? Open(scoped in RequestBody body)
    {
        try
        {
            BodySource source = body.Kind switch
            {
                BodyKind.Memory => new MemorySource(body.Memory),
                BodyKind.File => FileSource.Open((string)body.Value!, body.IsChunked),
                _ => MultipartSource.Open((MultipartPart[])body.Value!),
            };
            if (source is MultipartSource form) writer.AppendHeader("Content-Type: "u8, form.ContentType);
            if (source.Length is { } length) writer.AppendContentLength(length);
            else writer.Append("Transfer-Encoding: chunked\r\n"u8);
            writer.End(default);
            return source;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException
            or NotSupportedException)
        {
            writer.Refuse($"the body can't be read: {unreadable.Message}");
            return null;
        }
    }
}
