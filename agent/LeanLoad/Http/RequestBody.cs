using System.Text.Json.Serialization.Metadata;

namespace LeanLoad.Http;

/// <summary>
/// What a request carries. Small bodies are rendered into the request's buffer, in which head and body have 64 KiB;
/// files, multipart forms and <see cref="Bytes"/> beyond that are streamed, 16 KiB at a time, whatever their size. A
/// value for one call: made where it is passed.
/// </summary>
public readonly ref struct RequestBody
{
    RequestBody(BodyKind kind, string? contentType) => (Kind, ContentType) = (kind, contentType);

    internal BodyKind Kind { get; }

    /// <summary>The <c>Content-Type</c>; null where none is sent, or the author's own header says it.</summary>
    internal string? ContentType { get; }

    internal ReadOnlySpan<byte> Span { get; private init; }

    internal ReadOnlySpan<char> Characters { get; private init; }

    internal ReadOnlySpan<(string Name, string Value)> Fields { get; private init; }

    /// <summary>What is not a span: a value for JSON, a path, parts.</summary>
    internal object? Value { get; private init; }

    internal JsonTypeInfo? Type { get; private init; }

    internal ReadOnlyMemory<byte> Memory { get; private init; }

    internal bool IsChunked { get; private init; }

    /// <summary>Bytes, copied before the call returns.</summary>
    public static implicit operator RequestBody(ReadOnlySpan<byte> bytes) => new(BodyKind.Bytes, null) { Span = bytes };

    /// <summary>Bytes, copied before the call returns.</summary>
    public static implicit operator RequestBody(byte[] bytes) => (ReadOnlySpan<byte>)bytes;

    /// <summary>
    /// Bytes of any number, not copied where they are many: the same memory may serve all users, and must not change
    /// meanwhile.
    /// </summary>
    public static RequestBody Bytes(ReadOnlyMemory<byte> bytes, string? contentType = null) =>
        new(BodyKind.Memory, contentType) { Memory = bytes };

    /// <summary>A text in UTF-8.</summary>
    public static RequestBody Text(ReadOnlySpan<char> text, string? contentType = "text/plain; charset=utf-8") =>
        new(BodyKind.Text, contentType) { Characters = text };

    /// <summary>
    /// A value as JSON, by the type information that the compiler generated for it: <c>MyContext.Default.Order</c>.
    /// </summary>
    /// <remarks>A value of a struct type is boxed.</remarks>
    public static RequestBody Json<T>(T value, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new(BodyKind.Json, "application/json") { Value = value, Type = type };
    }

    /// <summary>Fields as <c>application/x-www-form-urlencoded</c>, in UTF-8.</summary>
    public static RequestBody Form(
        [System.Diagnostics.CodeAnalysis.UnscopedRef] params ReadOnlySpan<(string Name, string Value)> fields) =>
        new(BodyKind.Form, "application/x-www-form-urlencoded") { Fields = fields };

    /// <summary>Parts as <c>multipart/form-data</c> (RFC 7578); files among them are streamed.</summary>
    public static RequestBody Multipart(params MultipartPart[] parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return new(BodyKind.Multipart, null) { Value = parts };
    }

    /// <summary>
    /// A file, streamed: it is opened when the request is sent, and never in memory as a whole. It is read on the
    /// user's loop.
    /// </summary>
    /// <param name="path">The file; where it can't be read the request fails as <c>Request</c>, with the
    /// reason.</param>
    /// <param name="contentType">Its type.</param>
    /// <param name="chunked">Sends it chunked instead of with its length: for what grows, and for servers that should
    /// meet it.</param>
    public static RequestBody File(string path, string? contentType = "application/octet-stream", bool chunked = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(BodyKind.File, contentType) { Value = path, IsChunked = chunked };
    }
}

/// <summary>What a <see cref="RequestBody"/> is made of.</summary>
enum BodyKind : byte
{
    None,
    Bytes,
    Text,
    Json,
    Form,
    Memory,
    File,
    Multipart,
}
