namespace LeanLoad.Http;

/// <summary>A rendered request on its way: in a buffer of its own, or in one that every call of it shares.</summary>
/// <param name="Buffer">Of <see cref="RequestBuffers"/>, where it goes back to; a shared one stays as it is.</param>
/// <param name="Bytes">How much of the buffer is the request.</param>
/// <param name="IsHead">Whether it is HEAD.</param>
/// <param name="IsSafe">Whether it may be sent twice (RFC 9110 §9.2.2).</param>
/// <param name="IsShared">Whether it is one of <see cref="LiteralRequests"/>.</param>
readonly record struct OutgoingRequest(byte[] Buffer, int Bytes, bool IsHead, bool IsSafe, bool IsShared)
{
    /// <summary>Gives the buffer back.</summary>
    public void ReturnTo(RequestBuffers buffers)
    {
        if (!IsShared) buffers.Return(Buffer);
    }
}
