namespace LeanLoad.Http;

/// <summary>One part of a multipart form. Immutable: one may serve all users.</summary>
public sealed class MultipartPart
{
    MultipartPart(string name, string? path, string? fileName, string? contentType, ReadOnlyMemory<byte> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (Name, Path, FileName, ContentType, Content) = (name, path, fileName, contentType, content);
    }

    internal string Name { get; }

    internal string? Path { get; }

    internal string? FileName { get; }

    internal string? ContentType { get; }

    internal ReadOnlyMemory<byte> Content { get; }

    /// <summary>A field with its text.</summary>
    public static MultipartPart Field(string name, string value) =>
        new(name, null, null, null, System.Text.Encoding.UTF8.GetBytes(value));

    /// <summary>Bytes that the server is to take for a file.</summary>
    public static MultipartPart Bytes(
        string name, ReadOnlyMemory<byte> content, string fileName, string contentType = "application/octet-stream") =>
        new(name, null, fileName, contentType, content);

    /// <summary>A file, opened and streamed when the request is sent.</summary>
    public static MultipartPart File(string name, string path, string contentType = "application/octet-stream") =>
        new(name, path, System.IO.Path.GetFileName(path), contentType, default);
}
