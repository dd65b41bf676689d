using System.Text;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// A redirect that a response asks for, made out while its head and the request are both at hand, and followed when it
/// is whole. Exists only where one is followed.
/// </summary>
sealed class Redirect
{
    Redirect(HttpOrigin origin, byte[] request, int bytes, bool isHead, bool isIdempotent, bool hasBody)
    {
        (Origin, Request, Bytes, IsHead) = (origin, request, bytes, isHead);
        (IsIdempotent, HasBody) = (isIdempotent, hasBody);
    }

    Redirect(FailureKind failure, string reason)
    {
        (Failure, Reason) = (failure, reason);
        (Origin, Request) = (null!, []);
    }

    /// <summary>None where it may be followed.</summary>
    public FailureKind Failure { get; }

    /// <summary>Why it may not.</summary>
    public string? Reason { get; }

    public HttpOrigin Origin { get; }

    /// <summary>The new request, without a body that is streamed.</summary>
    public byte[] Request { get; }

    public int Bytes { get; }

    public bool IsHead { get; }

    public bool IsIdempotent { get; }

    /// <summary>Whether a streamed body goes along again.</summary>
    public bool HasBody { get; }

    /// <summary>Makes out the next request.</summary>
    /// <param name="engine">Knows the origins.</param>
    /// <param name="from">Where the request went.</param>
    /// <param name="status">The response's.</param>
    /// <param name="hops">Redirects that were followed before this one.</param>
    /// <param name="location">The response's <c>Location</c>.</param>
    /// <param name="request">The request as it was sent, but for a streamed body.</param>
    /// <param name="keepsCookie">Whether a Cookie of the request is the author's own; else the jar writes a new
    /// one.</param>
    /// <param name="cookies">The user's.</param>
    /// <param name="writer">Where it is rendered.</param>
    public static Redirect Plan(
        HttpEngine engine, HttpOrigin from, int status, int hops, ReadOnlySpan<byte> location,
        ReadOnlySpan<byte> request, bool keepsCookie,
        CookieJar? cookies, RequestWriter writer)
    {
        if (hops == RedirectRule.MaxHops)
        {
            return new(FailureKind.TooManyRedirects, $"{from}: more than {RedirectRule.MaxHops} redirects");
        }

        var space = request.IndexOf((byte)' ');
        var method = request[..space];
        var target = request[(space + 1)..];
        target = target[..target.IndexOf((byte)' ')];
        var asked = new Uri(from + Encoding.UTF8.GetString(target));
        if (RedirectRule.Judge(status, method, asked, location, out var rule) is { } refusal)
        {
            return new(FailureKind.RedirectRefused, $"{from}: status {status}, and {refusal}");
        }

        HttpOrigin origin;
        try
        {
            origin = rule.IsSameOrigin ? from : engine.OriginOf(rule.Url);
        }
        catch (InvalidOperationException tooMany)
        {
            return new(FailureKind.RedirectRefused, $"{from}: {tooMany.Message}");
        }

        writer.Begin();
        writer.AppendLiteral(rule.Url.PathAndQuery);
        Span<byte> copied = stackalloc byte[RequestWriter.MaxMethodBytes];
        method.CopyTo(copied);
        var verb = rule.BecomesGet ? "GET"u8 : copied[..method.Length];
        // All headers of the request follow, with those that are left out here among them.
        writer.EndTarget(verb, origin.FixedHeaders,
            OwnHeaders.UserAgent | OwnHeaders.Close | (rule.IsSameOrigin ? OwnHeaders.Host : 0));
        var rest = request;
        ResponseHead.TryTakeLine(ref rest, out _);
        while (ResponseHead.TryTakeLine(ref rest, out var line) && !line.IsEmpty)
        {
            if (IsLeftOut(line, rule, keepsCookie)) continue;
            writer.Append(line);
            writer.Append("\r\n"u8);
        }

        if (!keepsCookie || !rule.IsSameOrigin)
        {
            cookies?.AppendTo(writer, origin.Host, writer.SentTarget, origin.Tls is not null,
                DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        }

        writer.End(rule.BecomesGet ? default : rest);
        if (writer.Problem is { } unsendable) return new(FailureKind.RedirectRefused, $"{from}: {unsendable}");
        var isHead = method.SequenceEqual("HEAD"u8);
        return new(origin, writer.Request.ToArray(), writer.Request.Length, isHead, RequestParts.IsRepeatable(verb),
            !rule.BecomesGet);
    }

    /// <summary>
    /// Headers that say whom, and who asks, where that has changed; and what speaks of a body that is gone.
    /// </summary>
    static bool IsLeftOut(ReadOnlySpan<byte> line, in RedirectRule rule, bool keepsCookie)
    {
        var name = line[..line.IndexOf((byte)':')];
        if (Is(name, "host"u8)) return !rule.IsSameOrigin;
        if (Is(name, "cookie"u8)) return !rule.IsSameOrigin || !keepsCookie;
        if (Is(name, "authorization"u8) || Is(name, "proxy-authorization"u8)) return !rule.IsSameOrigin;
        return rule.BecomesGet && (Is(name, "transfer-encoding"u8)
            || (name.Length > 8 && Is(name[..8], "content-"u8)));
    }

    static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> other) => Ascii.EqualsIgnoreCase(name, other);
}
