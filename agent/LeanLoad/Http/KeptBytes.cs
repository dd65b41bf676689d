using System.Buffers;
using System.Runtime.InteropServices;
using LeanLoad.Memory;

namespace LeanLoad.Http;

/// <summary>
/// What a session keeps of a response. Small ones lie in pooled arrays; larger ones in pages of their own, which go
/// back to the system at once: as arrays they would be megabytes of garbage until a full collection, or stay in the
/// pool as often as they were ever in use at the same time. Both count against the limit, and neither can be projected.
/// </summary>
/// <param name="room">Where pages come from.</param>
unsafe partial struct KeptBytes(PageRoom room)
{
    const int MaxPooledBytes = 64 << 10;

    // man 2 mmap
    const int ReadWrite = 3, PrivateAnonymous = 0x22;

    byte[]? pooled;
    byte* pages;
    int capacity;
    int length;
    int written;

    /// <summary>
    /// The bytes; valid until <see cref="Begin"/> or <see cref="Release"/>, so neither may be called while user code
    /// runs.
    /// </summary>
    public readonly ReadOnlySpan<byte> Span =>
        pages is null ? pooled.AsSpan(0, length) : new ReadOnlySpan<byte>(pages, length);

    /// <summary>Lets go of what was kept, and makes room.</summary>
    public void Begin(int bytes)
    {
        Release();
        Grow(bytes);
    }

    /// <summary>Keeps more; the room grows as it must.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        if (capacity - length < data.Length) Grow(Math.Max(length + data.Length, capacity * 2));
        data.CopyTo(pages is null ? pooled.AsSpan(length) : new Span<byte>(pages + length, capacity - length));
        length += data.Length;
        if (pages is null || length <= written) return;
        room.Fill(length - written);
        written = length;
    }

    /// <summary>Forgets the bytes, but gives nothing back yet: somebody may still look at them.</summary>
    public void Forget() => length = 0;

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        if (pooled is not null) ArrayPool<byte>.Shared.Return(pooled);
        if (pages is not null)
        {
            Free(pages, capacity);
            room.Give(capacity, written);
        }

        this = new KeptBytes(room);
    }

    void Grow(int bytes)
    {
        var larger = new KeptBytes(room);
        if (bytes <= MaxPooledBytes)
        {
            larger.pooled = ArrayPool<byte>.Shared.Rent(bytes);
            larger.capacity = larger.pooled.Length;
        }
        else
        {
            if (!room.TryTake(bytes))
            {
                throw new InsufficientMemoryException(
                    $"The budget has no room for {bytes} bytes of a response's body.");
            }

            larger.pages = Allocate(bytes);
            larger.capacity = bytes;
        }

        larger.Append(Span);
        Release();
        this = larger;
    }

    // Not malloc: it raises its own threshold to the largest block that was freed, and keeps the next ones.
    static byte* Allocate(int bytes)
    {
        if (!OperatingSystem.IsLinux()) return (byte*)NativeMemory.Alloc((nuint)bytes);
        var start = Map(null, bytes, ReadWrite, PrivateAnonymous, -1, 0);
        return start != (byte*)-1 ? start
            : throw new InsufficientMemoryException($"No memory for {bytes} bytes of a response's body.");
    }

    static void Free(byte* start, int bytes)
    {
        if (OperatingSystem.IsLinux()) _ = Unmap(start, bytes);
        else NativeMemory.Free(start);
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial byte* Map(
        byte* address, nint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(byte* start, nint length);
}
