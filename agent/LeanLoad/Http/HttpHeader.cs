namespace LeanLoad.Http;

/// <summary>A request header. CR, LF and NUL are refused before anything is sent (RFC 9110 §5.5).</summary>
/// <param name="Name">A token (RFC 9110 §5.1).</param>
/// <param name="Value">Its value.</param>
public readonly record struct HttpHeader(string Name, string Value);
