using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace LeanLoad.Profiler.Target;

/// <summary>
/// Lets a request with a valid token pass, and tells every other where tokens are to be had (RFC 6750 §3).
/// </summary>
/// <param name="authority">Judges tokens.</param>
/// <param name="realm">The token endpoint's address; known once the port is.</param>
sealed class Gate(TokenAuthority authority, Func<string> realm)
{
    /// <summary>
    /// True where the request may go on; otherwise it has been answered with 401, when <paramref name="refusal"/>
    /// completes.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="repository">The repository that the token must allow to pull; null where any valid token will
    /// do.</param>
    /// <param name="refusal">The answer under way.</param>
    public bool Admits(HttpContext context, string? repository, [NotNullWhen(false)] out Task? refusal)
    {
        refusal = null;
        var verdict = authority.Check(context.Request.Headers.Authorization, out var access);
        var scope = repository is null ? null : $"repository:{repository}:pull";
        var isAllowed = repository is null || access.Any(entry => entry.Allows(repository, "pull"));
        if (verdict == TokenVerdict.Valid && isAllowed) return true;
        var error = verdict switch
        {
            TokenVerdict.Missing => null,
            TokenVerdict.Invalid => "invalid_token",
            _ => "insufficient_scope",
        };
        context.Response.Headers.WWWAuthenticate = Challenge(scope, error);
        refusal = Answers.Refuse(context, StatusCodes.Status401Unauthorized, "UNAUTHORIZED",
            "authentication required", error ?? scope);
        return false;
    }

    string Challenge(string? scope, string? error) =>
        $"Bearer realm=\"{realm()}\",service=\"{TokenAuthority.Service}\""
        + (scope is null ? "" : $",scope=\"{scope}\"")
        + (error is null ? "" : $",error=\"{error}\"");
}
