using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// The head of a user's response, and its body where that is asked for, copied out of the loop's buffer until the next
/// request. A user that never keeps any has none.
/// </summary>
sealed class KeptResponse(PageRoom room)
{
    KeptBytes bytes = new(room);
    int headLength;

    /// <summary>Whether a head is kept.</summary>
    public bool HasHead => headLength > 0;

    public ReadOnlySpan<byte> Head => bytes.Span[..headLength];

    public ReadOnlySpan<byte> Body => bytes.Span[headLength..];

    /// <summary>Keeps a head, with room for what follows.</summary>
    /// <param name="head">All of it.</param>
    /// <param name="bodyBytes">How much is expected.</param>
    public void Begin(ReadOnlySpan<byte> head, int bodyBytes)
    {
        bytes.Begin(head.Length + bodyBytes);
        bytes.Append(head);
        headLength = head.Length;
    }

    /// <summary>Keeps a piece of the body.</summary>
    public void Append(ReadOnlySpan<byte> data) => bytes.Append(data);

    /// <summary>Forgets all, but gives nothing back yet: somebody may still look at it.</summary>
    public void Forget()
    {
        bytes.Forget();
        headLength = 0;
    }

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        bytes.Release();
        headLength = 0;
    }

    /// <summary>Puts the decoded body in place of what came.</summary>
    public FailureKind Decode(out string? reason)
    {
        var codings = new HeaderValues(Head, "Content-Encoding");
        codings.MoveNext();
        var coding = codings.Current;
        // A second coding is not undone, as a list of them in one field is not.
        if (codings.MoveNext()) coding = "several"u8;
        var decoded = new KeptBytes(room);
        decoded.Begin(headLength);
        decoded.Append(Head);
        var failure = ContentCoding.TryDecode(coding, Body, ref decoded, out reason);
        bytes.Release();
        if (failure == FailureKind.None)
        {
            bytes = decoded;
            reason = null;
        }
        else
        {
            decoded.Release();
            headLength = 0;
        }

        return failure;
    }
}
