using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LeanLoad.Profiler.Symbols;

/// <summary>A symbol of an executable: what lies at an address of the file, before the loader moved it.</summary>
/// <param name="Address">Virtual address in the file.</param>
/// <param name="Name">As the linker wrote it.</param>
readonly record struct ElfSymbol(ulong Address, string Name);

/// <summary>
/// What naming types needs of a 64-bit little-endian ELF file (<c>man 5 elf</c>): its build id, where it wants to be
/// loaded, and the symbols with one prefix. Every offset comes from the file, so every one is checked: a damaged file
/// gives a problem, never an exception.
/// </summary>
sealed class ElfImage
{
    const int HeaderSize = 64, ProgramHeaderSize = 56, SectionHeaderSize = 64, SymbolSize = 24;
    const uint LoadSegment = 1, SymbolTable = 2, Note = 7, NoBits = 8, DynamicSymbols = 11, BuildIdNote = 3;

    ElfImage(string? buildId, bool isRelocated, ulong firstAddress, IReadOnlyList<ElfSymbol> symbols) =>
        (BuildId, IsRelocated, FirstAddress, Symbols) = (buildId, isRelocated, firstAddress, symbols);

    /// <summary>The linker's fingerprint of the program, lower-case hexadecimal; null where the file has
    /// none.</summary>
    public string? BuildId { get; }

    /// <summary>True where the loader picks the address (position-independent); false where the file's addresses are
    /// the process's.</summary>
    public bool IsRelocated { get; }

    /// <summary>Virtual address, in the file, of the start of its first loaded segment: what the first mapping of a
    /// process corresponds to.</summary>
    public ulong FirstAddress { get; }

    /// <summary>The symbols asked for, in the file's order.</summary>
    public IReadOnlyList<ElfSymbol> Symbols { get; }

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="prefix">Only symbols that begin with this are kept; empty for all.</param>
    /// <param name="image">What was read.</param>
    /// <param name="problem">On failure, what is wrong with the file, to follow its path.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> file, ReadOnlySpan<byte> prefix,
        [NotNullWhen(true)] out ElfImage? image, [NotNullWhen(false)] out string? problem)
    {
        image = null;
        if (!IsElf64(file))
        {
            problem = "is not a 64-bit little-endian ELF file";
            return false;
        }

        if (!TrySections(file, out var sections) || !TryFirstAddress(file, out var firstAddress))
        {
            problem = "is a damaged ELF file: a header points past its end";
            return false;
        }

        var symbols = new List<ElfSymbol>();
        string? buildId = null;
        foreach (var section in sections)
        {
            var isRead = section.Type switch
            {
                Note => TryBuildId(Contents(file, section), ref buildId),
                SymbolTable or DynamicSymbols => section.Link < sections.Count
                    && TrySymbols(
                        Contents(file, section), Contents(file, sections[(int)section.Link]), prefix, symbols),
                _ => true,
            };
            if (isRead) continue;
            problem = "is a damaged ELF file: a symbol or a note points past its section";
            return false;
        }

        image = new ElfImage(buildId, BinaryPrimitives.ReadUInt16LittleEndian(file[16..]) == 3, firstAddress, symbols);
        problem = null;
        return true;
    }

    /// <summary>Whether these are the first bytes of a 64-bit little-endian ELF file.</summary>
    public static bool IsElf64(ReadOnlySpan<byte> file) =>
        file.Length >= HeaderSize && file.StartsWith("\u007fELF"u8) && file[4] == 2 && file[5] == 1;

    static bool TrySections(ReadOnlySpan<byte> file, out List<Section> sections)
    {
        sections = [];
        var table = BinaryPrimitives.ReadUInt64LittleEndian(file[40..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        if (count == 0) return true;
        if (BinaryPrimitives.ReadUInt16LittleEndian(file[58..]) != SectionHeaderSize) return false;
        if (!TrySlice(file, table, (ulong)count * SectionHeaderSize, out var headers)) return false;
        for (; !headers.IsEmpty; headers = headers[SectionHeaderSize..])
        {
            var section = new Section(
                BinaryPrimitives.ReadUInt32LittleEndian(headers[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(headers[24..]),
                BinaryPrimitives.ReadUInt64LittleEndian(headers[32..]),
                BinaryPrimitives.ReadUInt32LittleEndian(headers[40..]));
            // A .dbg file keeps the headers of what stayed in the program, as NOBITS: they have no contents to check.
            if (section.Type is not 0 and not NoBits && !TrySlice(file, section.Offset, section.Size, out _))
            {
                return false;
            }

            sections.Add(section);
        }

        return true;
    }

    static bool TryFirstAddress(ReadOnlySpan<byte> file, out ulong address)
    {
        address = 0;
        var table = BinaryPrimitives.ReadUInt64LittleEndian(file[32..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(file[56..]);
        if (count == 0) return true;
        if (!TrySlice(file, table, (ulong)count * ProgramHeaderSize, out var headers)) return false;
        for (; !headers.IsEmpty; headers = headers[ProgramHeaderSize..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(headers) != LoadSegment) continue;
            address = BinaryPrimitives.ReadUInt64LittleEndian(headers[16..]);
            return true;
        }

        return true;
    }

    static bool TryBuildId(ReadOnlySpan<byte> notes, ref string? buildId)
    {
        while (notes.Length >= 12)
        {
            var nameSize = BinaryPrimitives.ReadUInt32LittleEndian(notes);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
            var type = BinaryPrimitives.ReadUInt32LittleEndian(notes[8..]);
            var start = 12 + Align4(nameSize);
            if (!TrySlice(notes, start, size, out var description)) return false;
            if (type == BuildIdNote && notes[12..].StartsWith("GNU\0"u8))
            {
                buildId = Convert.ToHexStringLower(description);
            }

            var next = start + Align4(size);
            if (next >= (ulong)notes.Length) return true;
            notes = notes[(int)next..];
        }

        return true;
    }

    static bool TrySymbols(
        ReadOnlySpan<byte> table, ReadOnlySpan<byte> names, ReadOnlySpan<byte> prefix, List<ElfSymbol> symbols)
    {
        for (; table.Length >= SymbolSize; table = table[SymbolSize..])
        {
            var nameAt = BinaryPrimitives.ReadUInt32LittleEndian(table);
            var isDefined = BinaryPrimitives.ReadUInt16LittleEndian(table[6..]) != 0;
            if (nameAt == 0 || !isDefined) continue;
            if (nameAt >= (ulong)names.Length) return false;
            var name = names[(int)nameAt..];
            var end = name.IndexOf((byte)0);
            if (end < 0) return false;
            if (!name[..end].StartsWith(prefix)) continue;
            symbols.Add(new ElfSymbol(
                BinaryPrimitives.ReadUInt64LittleEndian(table[8..]), Encoding.UTF8.GetString(name[..end])));
        }

        return true;
    }

    static ReadOnlySpan<byte> Contents(ReadOnlySpan<byte> file, Section section) =>
        section.Type is not 0 and not NoBits && TrySlice(file, section.Offset, section.Size, out var contents)
            ? contents
            : default;

    static bool TrySlice(ReadOnlySpan<byte> bytes, ulong offset, ulong size, out ReadOnlySpan<byte> slice)
    {
        slice = default;
        if (offset > (ulong)bytes.Length || size > (ulong)bytes.Length - offset) return false;
        slice = bytes.Slice((int)offset, (int)size);
        return true;
    }

    static ulong Align4(uint size) => ((ulong)size + 3) & ~3UL;

    readonly record struct Section(uint Type, ulong Offset, ulong Size, uint Link);
}
