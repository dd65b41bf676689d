using LeanLoad.Loop;
using LeanLoad.Memory;

namespace LeanLoad.Http;

/// <summary>
/// Makes the bytes of a request from what a call says, in the loop's <see cref="RequestWriter"/>. What can't be sent
/// becomes the writer's problem.
/// </summary>
/// <param name="loop">Whose ledger pays.</param>
/// <param name="engine">Knows the origins.</param>
/// <param name="writer">Where the target is written already.</param>
sealed class RequestRenderer(EventLoop loop, HttpEngine engine, RequestWriter writer)
{
    readonly BodyRenderer bodies = new(writer);

    /// <summary>Writes the request behind its target.</summary>
    /// <param name="parts">The call.</param>
    /// <param name="cookies">The user's; null where it has none.</param>
    /// <param name="paying">The scope of the author's code, which pays for turning a value into JSON.</param>
    /// <param name="own">Which of the engine's headers the author has given.</param>
    /// <param name="source">What is to be streamed behind it; null where all is rendered.</param>
    /// <returns>Where it goes; null where it can't be sent.</returns>
    public HttpOrigin? Render(
        scoped in RequestParts parts, CookieJar? cookies, int paying, out OwnHeaders own, out BodySource? source)
    {
        (own, source) = (OwnHeaders.None, null);
        if (!TryChooseOrigin(out var origin, out var problem))
        {
            writer.Refuse(problem!);
            return null;
        }

        if (OwnHeaderRule.Check(parts.Headers, out own) is { } refused) writer.Refuse(refused);
        if (parts.Method.IsEmpty)
        {
            writer.Refuse($"the method is no token of at most {RequestWriter.MaxMethodBytes} characters (RFC 9110 "
                + "§9.1), or CONNECT, which asks for another protocol");
            return null;
        }

        writer.EndTarget(parts.Method, origin.FixedHeaders, own);
        if (parts.Bearer is not null) writer.AppendHeader("Authorization: Bearer "u8, parts.Bearer);
        if (parts.Basic is not null) writer.AppendHeader("Authorization: Basic "u8, parts.Basic.Encoded);
        if (cookies is not null && (own & OwnHeaders.Cookie) == 0)
        {
            cookies.AppendTo(writer, origin.Host, writer.SentTarget, origin.Tls is not null, CookieJar.NowMs());
        }

        foreach (ref readonly var header in parts.Headers) writer.AppendHeader(header);
        // Turning a value into JSON is the author's work: its type may have converters of its own.
        if (parts.Body.Kind == BodyKind.Json) loop.Ledger.Switch(paying);
        source = bodies.Append(parts, own);
        if (parts.Body.Kind == BodyKind.Json) loop.Ledger.Switch(Scope.Engine);
        return origin;
    }

    /// <summary>Where the target points: the base URL for a path, else its own origin.</summary>
    bool TryChooseOrigin(out HttpOrigin origin, out string? problem)
    {
        origin = null!;
        problem = null;
        var target = writer.Target;
        if (target.IsEmpty || target[0] == '/')
        {
            if (engine.Base is { } known)
            {
                origin = known;
                if (target.IsEmpty) writer.AppendLiteral(engine.BaseTarget);
                else writer.Prepend(engine.PathPrefix);
                return true;
            }

            problem = $"\"{System.Text.Encoding.UTF8.GetString(target)}\" is relative, and there is no --url it "
                + "could be relative to";
            return false;
        }

        var text = System.Text.Encoding.UTF8.GetString(target);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var absolute) || absolute.Scheme is not ("http" or "https"))
        {
            problem = $"\"{text}\" is neither a path that begins with / nor an http:// or https:// address";
            return false;
        }

        if (absolute.UserInfo.Length > 0)
        {
            problem = $"\"{absolute.Host}\" is asked with a user name in the address; give it as basic: new "
                + "BasicCredential(user, secret)";
            return false;
        }

        // The authority ends at the path, or where that is empty, at query or fragment (RFC 3986 §3.2).
        var authority = text.AsSpan(absolute.Scheme.Length + 3).IndexOfAny('/', '?', '#');
        writer.CutTarget(authority < 0 ? text.Length : absolute.Scheme.Length + 3 + authority);
        origin = engine.OriginOf(absolute);
        return true;
    }
}
