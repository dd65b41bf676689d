using System.Text;

namespace LeanLoad.Agent;

/// <summary>What the scenario for a first look sends.</summary>
[LoadSettings]
sealed record UrlSettings
{
    [Setting("Sent with POST to --url; default: nothing, with GET")]
    public string? Body { get; init; }

    /// <summary>The body's bytes, made once; null for GET.</summary>
    public byte[]? Bytes => field ??= Body is null ? null : Encoding.UTF8.GetBytes(Body);
}
