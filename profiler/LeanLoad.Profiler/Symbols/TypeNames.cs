namespace LeanLoad.Profiler.Symbols;

/// <summary>
/// Turns the names that NativeAOT gives to method tables into those of C#.
/// <c>_ZTV47scratch_agent_Scratch_App_Outer_Device_1&lt;Int32&gt;</c> is
/// <c>Scratch.App.Outer.Device&lt;int&gt;</c>: every character that C allows in no name is an underscore there, so
/// namespaces, nesting and arity are read back from what is known: the names of assemblies, the number of type
/// arguments, and the forms that the C# compiler generates. What does not fit stays as the symbol has it: a true name,
/// if an ugly one.
/// </summary>
sealed class TypeNames
{
    // Not on the ordinary runtime's list, but in every natively compiled program. The compiler shortens System.Private
    // to S.P.
    static readonly string[] NativeAssemblies =
    [
        "System.Private.CoreLib", "System.Private.TypeLoader", "System.Private.Reflection.Execution",
        "System.Private.StackTraceMetadata", "System.Private.DisabledReflection",
    ];

    readonly string[] assemblies;

    /// <summary>For a program of these assemblies; those of .NET and of this program are known anyway.</summary>
    public TypeNames(IEnumerable<string> assemblyNames)
    {
        var platform = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(path => Path.GetFileNameWithoutExtension(path));
        assemblies = [.. platform.Concat(NativeAssemblies).Concat(assemblyNames).Select(AsPrefix).Distinct()
            .OrderByDescending(prefix => prefix.Length)];
    }

    /// <summary>The C# name of the type whose method table carries this symbol; null where the symbol is not a method
    /// table's.</summary>
    public string? FromSymbol(string symbol)
    {
        if (!symbol.StartsWith("_ZTV", StringComparison.Ordinal)) return null;
        var digits = 4;
        while (digits < symbol.Length && char.IsAsciiDigit(symbol[digits])) digits++;
        // C++ classes of the runtime itself (_ZTVN3WKS6GCHeapE) have no length here, or more after the name.
        if (!int.TryParse(symbol.AsSpan(4, digits - 4), out var length) || symbol.Length - digits != length)
        {
            return null;
        }

        return FromMangled(symbol[digits..]);
    }

    /// <summary>The C# name of a mangled type name, without the symbol's prefix and length.</summary>
    public string FromMangled(string mangled)
    {
        const string boxed = "Boxed_";
        return mangled.StartsWith(boxed, StringComparison.Ordinal)
            ? Read(mangled[boxed.Length..]) + " (boxed)"
            : Read(mangled);
    }

    string Read(string mangled) => ReadArray(mangled) ?? ReadPointer(mangled) ?? ReadNamed(mangled);

    string? ReadArray(string mangled)
    {
        // C# writes the outermost rank first: an array of int[,] is int[][,].
        var ranks = "";
        var element = mangled;
        while (element.EndsWith('>'))
        {
            if (element.StartsWith("__Array<", StringComparison.Ordinal))
            {
                element = element[8..^1];
                ranks += "[]";
            }
            else if (element.StartsWith("__MDArray<", StringComparison.Ordinal)
                && element.LastIndexOf(',') is > 0 and var comma
                && int.TryParse(element.AsSpan(comma + 1, element.Length - comma - 2), out var rank)
                && rank is > 0 and <= 32)
            {
                element = element[10..comma];
                ranks += $"[{new string(',', rank - 1)}]";
            }
            else
            {
                break;
            }
        }

        return ranks.Length == 0 ? null : Read(element) + ranks;
    }

    string? ReadPointer(string mangled) =>
        mangled.EndsWith("<Pointer>", StringComparison.Ordinal) ? Read(mangled[..^9]) + "*"
        : mangled.EndsWith("<ByRef>", StringComparison.Ordinal) ? "ref " + Read(mangled[..^7])
        : null;

    string ReadNamed(string mangled)
    {
        if (Keyword(mangled) is { } keyword) return keyword;
        var open = mangled.IndexOf('<');
        if (open < 0) return new TypePath(WithoutAssembly(mangled)).Format([]) ?? mangled;
        if (!mangled.EndsWith('>')) return mangled;
        var path = new TypePath(WithoutAssembly(mangled[..open]));
        foreach (var arguments in Splits(mangled[(open + 1)..^1]))
        {
            if (path.Format([.. arguments.Select(Read)]) is { } name) return Shorten(name);
        }

        return mangled;
    }

    /// <summary>As C# writes it: <c>int?</c> for a nullable, where it is the whole type.</summary>
    static string Shorten(string name)
    {
        const string nullable = "System.Nullable<";
        return name.StartsWith(nullable, StringComparison.Ordinal) && name.EndsWith('>')
            ? name[nullable.Length..^1] + "?"
            : name;
    }

    /// <summary>The ways to read a list of type arguments, likeliest first: two underscores part them, but may also be
    /// inside a name.</summary>
    IEnumerable<List<string>> Splits(string list)
    {
        yield return SplitWhere(list, StartsType);
        yield return SplitWhere(list, rest => char.IsAsciiLetter(rest[0]) || StartsType(rest));
        yield return [list];
    }

    static List<string> SplitWhere(string list, Func<string, bool> startsType)
    {
        var arguments = new List<string>();
        var (start, depth) = (0, 0);
        for (var at = 0; at < list.Length; at++)
        {
            if (list[at] == '<') depth++;
            if (list[at] == '>') depth--;
            if (depth > 0 || at == start || at + 2 >= list.Length || list[at] != '_' || list[at + 1] != '_') continue;
            if (!startsType(list[(at + 2)..])) continue;
            arguments.Add(list[start..at]);
            start = at + 2;
            at++;
        }

        arguments.Add(list[start..]);
        return arguments;
    }

    bool StartsType(string text)
    {
        if (text.StartsWith("__Array<", StringComparison.Ordinal)) return true;
        if (text.StartsWith("__MDArray<", StringComparison.Ordinal)) return true;
        if (text.StartsWith("System___Canon", StringComparison.Ordinal)) return true;
        var end = text.AsSpan().IndexOfAny('_', '<', '>');
        return Keyword(end < 0 ? text : text[..end]) is not null || Assembly(text) is not null;
    }

    string WithoutAssembly(string mangled)
    {
        if (Assembly(mangled) is { } assembly) return mangled[assembly.Length..];
        // An assembly nobody told us of is often named as its root namespace: Some_Library_Some_Library_Type.
        for (var middle = mangled.Length / 2; middle > 0; middle--)
        {
            if (mangled[middle] == '_' && mangled.Length > 2 * middle + 1 && mangled[2 * middle + 1] == '_'
                && string.CompareOrdinal(mangled, 0, mangled, middle + 1, middle) == 0) return mangled[(middle + 1)..];
        }

        return mangled;
    }

    string? Assembly(string mangled) =>
        Array.Find(
            assemblies,
            prefix => mangled.Length > prefix.Length && mangled.StartsWith(prefix, StringComparison.Ordinal));

    static string AsPrefix(string assembly)
    {
        const string systemPrivate = "System.Private.";
        var shortened = assembly.StartsWith(systemPrivate, StringComparison.Ordinal)
            ? "S_P_" + assembly[systemPrivate.Length..]
            : assembly;
        return string.Concat(shortened.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_')) + "_";
    }

    static string? Keyword(string name) => name switch
    {
        "Bool" => "bool",
        "Char" => "char",
        "Int8" => "sbyte",
        "UInt8" => "byte",
        "Int16" => "short",
        "UInt16" => "ushort",
        "Int32" => "int",
        "UInt32" => "uint",
        "Int64" => "long",
        "UInt64" => "ulong",
        "IntPtr" => "nint",
        "UIntPtr" => "nuint",
        "Single" => "float",
        "Double" => "double",
        "String" => "string",
        "Object" => "object",
        "Void" => "void",
        "System___Canon" => "__Canon",
        _ => null,
    };
}
