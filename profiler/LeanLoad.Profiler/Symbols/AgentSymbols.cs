using System.Diagnostics.CodeAnalysis;

namespace LeanLoad.Profiler.Symbols;

/// <summary>
/// The types of a natively compiled agent: from the address of a method table to a name. The names lie in the
/// <c>.dbg</c> file that publishing leaves beside the program (or in the program itself, where it was not stripped),
/// and count only where both carry the same build id.
/// </summary>
sealed class AgentSymbols
{
    // The compiler names a method table as C++ names a virtual table (Itanium ABI §5.1.4.1): _ZTV, the name's length,
    // the name.
    static ReadOnlySpan<byte> MethodTablePrefix => "_ZTV"u8;

    readonly Dictionary<ulong, string> typeByAddress = [];
    readonly bool isRelocated;
    readonly ulong firstAddress;

    AgentSymbols(ElfImage program, IEnumerable<ElfSymbol> symbols, TypeNames names)
    {
        BuildId = program.BuildId;
        (isRelocated, firstAddress) = (program.IsRelocated, program.FirstAddress);
        foreach (var symbol in symbols)
        {
            if (names.FromSymbol(symbol.Name) is { } name) typeByAddress.TryAdd(symbol.Address, name);
        }
    }

    /// <summary>The program's build id; null where it has none.</summary>
    public string? BuildId { get; }

    /// <summary>How many types have a name.</summary>
    public int Count => typeByAddress.Count;

    /// <summary>Reads the symbols of a published agent.</summary>
    /// <param name="program">The executable; <c>PROGRAM.dbg</c> is looked for beside it.</param>
    /// <param name="symbols">Its types.</param>
    /// <param name="problem">On failure, a sentence: what is missing, and what it takes away.</param>
    public static bool TryLoad(
        string program, [NotNullWhen(true)] out AgentSymbols? symbols, [NotNullWhen(false)] out string? problem)
    {
        symbols = null;
        if (!ElfFile.TryRead(program, MethodTablePrefix, out var image, out problem)) return false;
        var names = new TypeNames([Path.GetFileName(program)]);
        if (image.Symbols.Count > 0)
        {
            symbols = new AgentSymbols(image, image.Symbols, names);
            return true;
        }

        var debug = program + ".dbg";
        if (!File.Exists(debug))
        {
            problem = $"{debug} does not exist; publish leaves it beside the program. Without it the types of the "
                + "samples stay unnamed.";
            return false;
        }

        if (!ElfFile.TryRead(debug, MethodTablePrefix, out var debugImage, out problem)) return false;
        if (image.BuildId is null || image.BuildId != debugImage.BuildId)
        {
            problem = $"{debug} belongs to another build (build id {debugImage.BuildId ?? "none"}, the program's is "
                + $"{image.BuildId ?? "none"}); publish again. Until then the types of the samples stay unnamed.";
            return false;
        }

        symbols = new AgentSymbols(image, debugImage.Symbols, names);
        return true;
    }

    /// <summary>The type whose method table is at an address of the process; null where none begins exactly
    /// there.</summary>
    /// <param name="typeId">As an allocation sample carries it.</param>
    /// <param name="imageStart">Address of the program's first mapping in that process.</param>
    public string? TypeAt(ulong typeId, ulong imageStart)
    {
        // The first mapping holds the first segment's page; the kernel rounds its address down to a page (man 5 elf,
        // PT_LOAD).
        var offset = isRelocated ? imageStart - (firstAddress & ~0xFFFUL) : 0;
        return typeByAddress.GetValueOrDefault(unchecked(typeId - offset));
    }
}
