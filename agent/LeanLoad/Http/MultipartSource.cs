using System.Security.Cryptography;
using System.Text;

namespace LeanLoad.Http;

/// <summary>
/// The parts of a form one after the other (RFC 7578, RFC 2046 §5.1), files among them opened for as long as the
/// request lasts. The boundary is 128 random bits, so that no part holds it.
/// </summary>
sealed class MultipartSource : BodySource
{
    readonly BodySource[] pieces;
    int piece;

    MultipartSource(string boundary, BodySource[] pieces)
        : base(pieces.Sum(static piece => piece.Length!.Value))
    {
        this.pieces = pieces;
        ContentType = $"multipart/form-data; boundary={boundary}";
    }

    /// <summary>With the boundary.</summary>
    public string ContentType { get; }

    /// <exception cref="IOException">A file can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static MultipartSource Open(MultipartPart[] parts)
    {
        var boundary = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var pieces = new List<BodySource>();
        try
        {
            foreach (var part in parts)
            {
                var file = part.FileName is null ? "" : $"; filename=\"{Quoted(part.FileName)}\"";
                var type = part.ContentType is null ? "" : $"Content-Type: {OneLine(part.ContentType)}\r\n";
                var lead = pieces.Count == 0 ? "" : "\r\n";
                var head = $"{lead}--{boundary}\r\nContent-Disposition: form-data; "
                    + $"name=\"{Quoted(part.Name)}\"{file}\r\n{type}\r\n";
                pieces.Add(new MemorySource(Encoding.UTF8.GetBytes(head)));
                pieces.Add(part.Path is null ? new MemorySource(part.Content)
                    : FileSource.Open(part.Path, isChunked: false));
            }

            pieces.Add(
                new MemorySource(Encoding.UTF8.GetBytes($"{(pieces.Count == 0 ? "" : "\r\n")}--{boundary}--\r\n")));
        }
        catch
        {
            foreach (var opened in pieces) opened.Dispose();
            throw;
        }

        return new MultipartSource(boundary, [.. pieces]);
    }

    public override void Restart()
    {
        base.Restart();
        piece = 0;
        foreach (var each in pieces) each.Restart();
    }

    public override void Dispose()
    {
        foreach (var each in pieces) each.Dispose();
    }

    protected override int Read(Span<byte> buffer)
    {
        for (; piece < pieces.Length; piece++)
        {
            var count = pieces[piece].Next(buffer);
            if (count > 0) return count;
        }

        return 0;
    }

    /// <summary>As browsers do it (WHATWG HTML §4.10.21.8): what would end the name is percent-encoded.</summary>
    static string Quoted(string name) => name.Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal).Replace("\"", "%22", StringComparison.Ordinal);

    static string OneLine(string type) => type.AsSpan().ContainsAny('\r', '\n', '\0')
        ? throw new IOException($"the content type of a part holds a line break") : type;
}
