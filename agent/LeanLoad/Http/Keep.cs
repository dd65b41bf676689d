namespace LeanLoad.Http;

/// <summary>
/// What of a response outlives the moment it arrived in. What is kept costs memory until the same user's next request.
/// </summary>
public enum Keep
{
    /// <summary>
    /// Status and counts. Headers can be read until the first <c>await</c> after the response. The body is drained and
    /// counted.
    /// </summary>
    Nothing,

    /// <summary>Headers too, until the same user's next request.</summary>
    Headers,

    /// <summary>
    /// Headers and body, until the same user's next request; a body in gzip, deflate or br is decoded.
    /// </summary>
    Body,

    /// <summary>Headers and body as it came, its content coding not undone.</summary>
    CodedBody,
}
