using System.Runtime.CompilerServices;
using LeanLoad.Stats;

namespace LeanLoad.Http;

/// <summary>
/// What can be looked at of a user's last response: its head, which lies in the loop's buffer until the next bytes
/// come, or is copied, and its body where that is kept. A part of its session, of one word; what is copied costs memory
/// until the next request.
/// </summary>
/// <remarks>What each request does here is inlined: calls, which pass the loop and the session along, take 48
/// instructions more an exchange.</remarks>
struct LastResponse
{
    /// <summary>The largest body that <see cref="Keep.Body"/> keeps; a larger one fails as too large.</summary>
    public const int MaxKeptBytes = 64 << 20;

    KeptResponse? kept;

    /// <summary>The body that was kept; empty where none was.</summary>
    public readonly ReadOnlySpan<byte> Body => kept is null ? default : kept.Body;

    /// <summary>The bytes of the head, or false where they are gone.</summary>
    public readonly bool TryGetHead(HttpLoop http, HttpSession session, out ReadOnlySpan<byte> head)
    {
        if (kept is not { HasHead: true } copy) return http.Received.TryGetHead(session, out head);
        head = copy.Head;
        return true;
    }

    /// <summary>A head is whole: it can be read where it lies, or is copied.</summary>
    /// <param name="http">The loop that received it.</param>
    /// <param name="session">Whose response it is.</param>
    /// <param name="head">All of it.</param>
    /// <param name="keep">What the user asked for.</param>
    /// <param name="bodyBytes">How long the body will be that is to be kept; less than 1 where that is unknown.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Begin(HttpLoop http, HttpSession session, ReadOnlySpan<byte> head, Keep keep, long bodyBytes)
    {
        // Here and not when the request began: user code that ran then may have looked at the body before.
        kept?.Release();
        // Without a body the buffer still holds the head when the user looks; a head that came in pieces lies elsewhere
        // and is copied.
        if (keep == Keep.Nothing && http.Received.TryMarkHead(session, head)) return;
        Copy(http).Begin(head, keep is Keep.Body or Keep.CodedBody ? (int)Math.Min(bodyBytes, MaxKeptBytes) : 0);
    }

    /// <summary>
    /// The body is not whole and the loop's buffer goes to others: the head is copied, so that it can be read when the
    /// user goes on.
    /// </summary>
    public void KeepHead(HttpLoop http, HttpSession session)
    {
        if (kept is not { HasHead: true } && http.Received.TryGetHead(session, out var head)) Copy(http).Begin(head, 0);
    }

    /// <summary>Keeps a piece of the body; its head was copied.</summary>
    public readonly void Append(ReadOnlySpan<byte> data) => kept!.Append(data);

    /// <summary>Puts the decoded body in place of what was kept.</summary>
    public readonly FailureKind Decode(out string? reason) => kept!.Decode(out reason);

    /// <summary>
    /// Nothing of it is to be read any more. Gives no memory back yet: somebody may still look at a span of it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Forget(HttpLoop http, HttpSession session)
    {
        kept?.Forget();
        http.Received.ForgetHead(session);
    }

    /// <summary>Gives the memory back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Release() => kept?.Release();

    KeptResponse Copy(HttpLoop http) => kept ??= new KeptResponse(http.Engine.Pages);
}
