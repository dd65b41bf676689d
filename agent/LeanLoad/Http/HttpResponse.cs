using System.Text.Json.Serialization.Metadata;

namespace LeanLoad.Http;

/// <summary>A response, valid until the same user's next request. A value of two words: no allocation.</summary>
public readonly struct HttpResponse
{
    // Filled in by the engine.

    /// <summary>The status code, 100 to 999; 0 where no response arrived.</summary>
    public int Status => throw new NotImplementedException();

    /// <summary>Why there is no usable response.</summary>
    public HttpFailure Failure => throw new NotImplementedException();

    /// <summary>The length of the body, framing removed, in bytes.</summary>
    public long BodyLength => throw new NotImplementedException();

    /// <summary>The body, where it was kept with <see cref="Keep.Body"/>.</summary>
    public ReadOnlySpan<byte> Body => throw new NotImplementedException();

    /// <summary>A header's value by its name in any case, or null.</summary>
    public string? Header(string name) => throw new NotImplementedException();

    /// <summary>Counts the request as failed unless its status is <paramref name="status"/>; false where it failed.</summary>
    public bool Check(int status) => throw new NotImplementedException();

    /// <summary>Counts the request as failed, with a reason that is kept as an example.</summary>
    public void Fail(string reason) => throw new NotImplementedException();

    /// <summary>The kept body as JSON; null where the body is <c>null</c>.</summary>
    public T? Json<T>(JsonTypeInfo<T> type) => throw new NotImplementedException();
}
