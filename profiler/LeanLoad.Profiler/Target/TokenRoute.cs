using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LeanLoad.Profiler.Target;

/// <summary>
/// <c>GET /token?service=…&amp;scope=repository:NAME:pull</c>: user and secret (RFC 7617) for a token.
/// </summary>
sealed class TokenRoute(TokenAuthority authority, TargetOptions options)
{
    // Hashes, so that comparing takes the same time for every guess, whatever its length.
    readonly byte[] expected = SHA256.HashData(Encoding.UTF8.GetBytes($"{options.User}:{options.Secret}"));

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/token", ["GET"], Answer);

    Task Answer(HttpContext context)
    {
        if (!IsUser(context.Request.Headers.Authorization))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"leanload target\", charset=\"UTF-8\"";
            return Answers.Refuse(context, StatusCodes.Status401Unauthorized, "UNAUTHORIZED",
                "user or secret is wrong");
        }

        var service = context.Request.Query["service"].ToString();
        if (service != TokenAuthority.Service)
        {
            return Answers.Refuse(context, StatusCodes.Status400BadRequest, "BAD_REQUEST",
                $"service is not {TokenAuthority.Service}", service);
        }

        if (!TryGrant(context.Request.Query["scope"], out var access, out var wrong))
        {
            return Answers.Refuse(context, StatusCodes.Status400BadRequest, "BAD_REQUEST",
                "a scope reads repository:NAME:pull", wrong);
        }

        var (token, issuedAt) = authority.Issue(options.User, access);
        var answer = new TokenAnswer(token, token, (int)options.TokenLifetime.TotalSeconds, issuedAt);
        context.Response.Headers.CacheControl = "no-store";
        return Answers.SendJson(context, answer, TargetJson.Default.TokenAnswer);
    }

    bool IsUser(string? authorization)
    {
        const string scheme = "Basic ";
        if (authorization is null || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var encoded = authorization[scheme.Length..].Trim();
        var given = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, given, out var length)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(given.AsSpan(0, length)), expected);
    }

    /// <summary>
    /// What is granted is the part of what was asked for that the user may do; that may be nothing (as the
    /// specification has it).
    /// </summary>
    bool TryGrant(IEnumerable<string?> scopes, out List<AccessEntry> access, [NotNullWhen(false)] out string? wrong)
    {
        (access, wrong) = ([], null);
        foreach (var scope in scopes.SelectMany(value => (value ?? "")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!AccessEntry.TryParse(scope, out var asked))
            {
                wrong = scope;
                return false;
            }

            if (asked.Type == "repository") access.Add(asked with { Actions = [.. asked.Actions.Where(IsGranted)] });
        }

        return true;
    }

    bool IsGranted(string action) => action == "pull" || (action == "push" && options.GrantsPush);
}
