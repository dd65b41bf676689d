using System.Text.Json.Serialization;

namespace LeanLoad.Profiler.Target;

/// <summary>The token endpoint's answer (distribution, "Token Authentication Specification").</summary>
/// <param name="Token">The bearer token.</param>
/// <param name="AccessToken">The same, under its OAuth 2.0 name.</param>
/// <param name="ExpiresIn">Seconds from <paramref name="IssuedAt"/> on.</param>
/// <param name="IssuedAt">RFC 3339, UTC.</param>
sealed record TokenAnswer(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("issued_at")] DateTimeOffset IssuedAt);

/// <summary>
/// How every refusal reads: <c>{"errors":[{"code","message","detail"}]}</c> (distribution, "HTTP API V2", Errors).
/// </summary>
sealed record ErrorAnswer([property: JsonPropertyName("errors")] IReadOnlyList<ErrorEntry> Errors);

/// <summary>One reason of a refusal.</summary>
/// <param name="Code">The specification's word: <c>MANIFEST_UNKNOWN</c>.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Detail">What it is about; null where the message says it all.</param>
sealed record ErrorEntry(
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("detail")] string? Detail);

/// <summary>The tags of a repository.</summary>
sealed record TagsAnswer(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("tags")] IReadOnlyList<string> Tags);

[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(TagsAnswer))]
[JsonSerializable(typeof(IReadOnlyList<AccessEntry>))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class TargetJson : JsonSerializerContext;
