using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>A response, valid until the same user's next request. A value of two words: no allocation.</summary>
public readonly struct HttpResponse
{
    readonly HttpSession session;
    readonly short version;

    internal HttpResponse(HttpSession session, short version)
    {
        this.session = session;
        this.version = version;
    }

    /// <summary>The status code, 100 to 999; 0 where no response arrived.</summary>
    public int Status => Current.Status;

    /// <summary>Why there is no usable response; none where there is one.</summary>
    public FailureKind Failure => Current.Failure;

    /// <summary>The length of the body, framing removed, in bytes.</summary>
    public long BodyLength => Current.BodyLength;

    /// <summary>The body.</summary>
    /// <exception cref="InvalidOperationException">It was not kept: ask for it with
    /// <see cref="Keep.Body"/>.</exception>
    public ReadOnlySpan<byte> Body =>
        Current.KeepsBody ? Current.KeptBody
            : throw new InvalidOperationException("The body was not kept; ask for it with keep: Keep.Body.");

    /// <summary>A header's value by its name in any case, or null; the first where it repeats.</summary>
    /// <exception cref="InvalidOperationException">The headers are gone: read them before the next <c>await</c>, or
    /// keep them.</exception>
    public string? Header(string name) => TryGetHeader(name, out var value) ? Encoding.Latin1.GetString(value) : null;

    /// <summary>A header's value by its name in any case, without allocation; the first where it repeats.</summary>
    /// <exception cref="InvalidOperationException">The headers are gone: read them before the next <c>await</c>, or
    /// keep them.</exception>
    public bool TryGetHeader(string name, out ReadOnlySpan<byte> value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        value = default;
        if (Current.Status == 0) return false;
        var head = HeadOr(name);
        Span<byte> ascii = stackalloc byte[128];
        return name.Length <= ascii.Length
            && Ascii.FromUtf16(name, ascii, out var length) == System.Buffers.OperationStatus.Done
            && ResponseFields.TryGet(head, ascii[..length], out value);
    }

    /// <summary>All values of a header by its name in any case, for <c>foreach</c>, without allocation.</summary>
    /// <exception cref="InvalidOperationException">The headers are gone: read them before the next <c>await</c>, or
    /// keep them.</exception>
    public HeaderValues Headers(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(Current.Status == 0 ? default : HeadOr(name), name);
    }

    /// <summary>Whether a usable response with a status from 200 to 299 arrived.</summary>
    public bool IsSuccess => Failure == FailureKind.None && Status is >= 200 and <= 299;

    /// <summary>Redirects that were followed to come to this response.</summary>
    public int Redirects => Current.Redirects;

    /// <summary>
    /// The kept body as text, by the charset of its <c>Content-Type</c>: UTF-8, UTF-16 or ISO 8859-1; UTF-8 where it
    /// names none of them.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was not kept: ask for it with
    /// <see cref="Keep.Body"/>.</exception>
    public string Text() => BodyText.Decode(Body, TryGetHeader("Content-Type", out var type) ? type : default);

    /// <summary>Counts the request as failed unless its status is <paramref name="status"/>.</summary>
    /// <returns>False where it failed, for whatever reason.</returns>
    public bool Check(int status)
    {
        if (Failure != FailureKind.None) return false;
        if (Status == status) return true;
        Current.Reject(status);
        return false;
    }

    /// <summary>Counts the request as failed unless a claim about its response holds.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="reason">What is wrong where it does not hold; kept as an example.</param>
    /// <returns>False where it failed, for whatever reason.</returns>
    public bool Check(bool claim, string reason)
    {
        if (!claim) Fail(reason);
        return Failure == FailureKind.None;
    }

    /// <summary>Counts the request as failed unless its kept body holds a text, in UTF-8.</summary>
    /// <returns>False where it failed, for whatever reason.</returns>
    /// <exception cref="InvalidOperationException">The body was not kept: ask for it with
    /// <see cref="Keep.Body"/>.</exception>
    public bool CheckContains(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Failure != FailureKind.None) return false;
        var body = Body;
        Span<byte> small = stackalloc byte[256];
        var needle = Encoding.UTF8.TryGetBytes(text, small, out var length) ? small[..length]
            : Encoding.UTF8.GetBytes(text);
        if (body.IndexOf(needle) >= 0) return true;
        Current.Reject($"the body does not contain \"{RequestWriter.Printable(text)}\"");
        return false;
    }

    /// <summary>Counts the request as failed, with a reason that is kept as an example.</summary>
    public void Fail(string reason)
    {
        if (Failure == FailureKind.None) Current.Reject(reason);
    }

    /// <summary>The kept body as JSON; null where the body says <c>null</c>.</summary>
    /// <exception cref="JsonException">It is no JSON of this type.</exception>
    public T? Json<T>(JsonTypeInfo<T> type) => JsonSerializer.Deserialize(Body, type);

    ReadOnlySpan<byte> HeadOr(string name) => Current.TryGetHead(out var head) ? head
        : throw new InvalidOperationException(
            $"The header {name} is gone; read it before the next await, or ask for keep: Keep.Headers.");

    HttpSession Current =>
        session is not null && session.IsCurrent(version) ? session : throw Gone();

    [MethodImpl(MethodImplOptions.NoInlining)]
    static InvalidOperationException Gone() =>
        new("The response is gone: it is valid until the same user's next request.");
}
