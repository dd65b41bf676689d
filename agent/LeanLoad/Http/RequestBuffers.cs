using System.Buffers;

namespace LeanLoad.Http;

/// <summary>
/// Where requests lie from the call to the first byte of their response, so that one that meets a connection just
/// closed can be sent again. One per loop; as many buffers as requests were ever in flight at once, 256 bytes for a
/// usual one.
/// </summary>
/// <remarks>The shared pool keeps 32 buffers of a size; ten thousand users in flight would allocate with each
/// request.</remarks>
sealed class RequestBuffers
{
    const int SmallestBytes = 256;
    const int LargestBytes = 4096;

    readonly Stack<byte[]>[] spare = [new(), new(), new(), new(), new()];

    /// <summary>A buffer of at least this size.</summary>
    public byte[] Rent(int bytes)
    {
        if (bytes > LargestBytes) return ArrayPool<byte>.Shared.Rent(bytes);
        var size = SizeClass(bytes);
        return spare[size].TryPop(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(SmallestBytes << size);
    }

    public void Return(byte[] buffer)
    {
        if (buffer.Length > LargestBytes) ArrayPool<byte>.Shared.Return(buffer);
        else spare[SizeClass(buffer.Length)].Push(buffer);
    }

    static int SizeClass(int bytes) =>
        bytes <= SmallestBytes ? 0
            : 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)(bytes - 1) / SmallestBytes);
}
