using System.Globalization;
using System.Text;

namespace LeanLoad.Benchmarks.Http;

/// <summary>An answer a registry gives.</summary>
public enum Payload
{
    /// <summary>
    /// An image manifest of 1.9 kB behind a Content-Length, with the headers Docker's registry sends.
    /// </summary>
    Manifest,

    /// <summary>A token of 2 kB, chunked, as a token server behind a proxy sends it.</summary>
    Token,

    /// <summary>64 KiB of a layer.</summary>
    Blob,
}

/// <summary>Whole responses as they come over the wire.</summary>
static class ResponsePayloads
{
    const int BlobBytes = 64 << 10;

    public static byte[] Of(Payload payload) => payload switch
    {
        Payload.Manifest =>
            WithLength("application/vnd.docker.distribution.manifest.v2+json", Encoding.ASCII.GetBytes(ManifestBody())),
        Payload.Token => Chunked(TokenBody()),
        _ => WithLength("application/octet-stream", BlobBody()),
    };

    static byte[] WithLength(string contentType, byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes($"""
            HTTP/1.1 200 OK
            Content-Length: {body.Length}
            Content-Type: {contentType}
            Docker-Content-Digest: sha256:{Digest(0)}
            Docker-Distribution-Api-Version: registry/2.0
            Etag: "sha256:{Digest(0)}"
            X-Content-Type-Options: nosniff
            Date: Thu, 01 Jan 2026 00:00:00 GMT


            """.ReplaceLineEndings("\r\n")),
        .. body,
    ];

    static byte[] Chunked(string body)
    {
        var response = new StringBuilder("""
            HTTP/1.1 200 OK
            Server: nginx/1.22.1
            Date: Thu, 01 Jan 2026 00:00:00 GMT
            Content-Type: application/json; charset=utf-8
            Transfer-Encoding: chunked
            Connection: keep-alive
            Cache-Control: no-store
            Strict-Transport-Security: max-age=31536000


            """.ReplaceLineEndings("\r\n"));
        foreach (var chunk in body.Chunk(1_000))
        {
            response.Append(CultureInfo.InvariantCulture, $"{chunk.Length:x}\r\n").Append(chunk).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(response.Append("0\r\n\r\n").ToString());
    }

    static string ManifestBody()
    {
        var layers = Enumerable.Range(1, 9).Select(static index =>
            $$"""{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":{{index * 1_234_567}},"digest":"sha256:{{Digest(index)}}"}""");
        return $$"""{"schemaVersion":2,"layers":[{{string.Join(',', layers)}}]}""";
    }

    static string TokenBody() =>
        $$"""{"token":"{{string.Concat(Enumerable.Range(0, 30).Select(Digest))}}","expires_in":300,"issued_at":"2026-01-01T00:00:00Z"}""";

    static string Digest(int seed) =>
        new(Enumerable.Range(seed, 64).Select(static index => "0123456789abcdef"[index * 7 & 15]).ToArray());

    static byte[] BlobBody()
    {
        var body = new byte[BlobBytes];
        new Random(20260101).NextBytes(body);
        return body;
    }
}
