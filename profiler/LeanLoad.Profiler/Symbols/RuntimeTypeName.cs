namespace LeanLoad.Profiler.Symbols;

/// <summary>
/// Turns the names that the ordinary runtime gives in its events into those of C#, so that both kinds of agent read the
/// same:
/// <c>System.Collections.Generic.Dictionary`2[System.String,System.Int32[]][]</c> is
/// <c>System.Collections.Generic.Dictionary&lt;string, int[]&gt;[]</c>. What does not fit stays as it is.
/// </summary>
static class RuntimeTypeName
{
    /// <summary>The C# name.</summary>
    public static string ToCSharp(string name)
    {
        var rest = name.AsSpan();
        return TryRead(ref rest, out var type) && rest.IsEmpty ? type : name;
    }

    static bool TryRead(ref ReadOnlySpan<char> rest, out string type)
    {
        var end = rest.IndexOfAny('[', ',', ']');
        var path = (end < 0 ? rest : rest[..end]).ToString();
        rest = rest[path.Length..];
        type = Keyword(path) ?? path.Replace('+', '.');
        if (path.Length == 0) return false;
        if (IsArguments(rest))
        {
            if (!TryReadArguments(ref rest, out var arguments)) return false;
            type = WithArguments(path, arguments);
        }

        // The runtime names the innermost rank first, C# the outermost: Int32[,][] is int[][,].
        var ranks = "";
        while (rest.Length > 1 && rest[0] == '[' && rest[1] is ',' or ']')
        {
            var close = rest.IndexOf(']');
            if (close < 0 || rest[1..close].ContainsAnyExcept(',')) return false;
            ranks = $"{rest[..(close + 1)]}{ranks}";
            rest = rest[(close + 1)..];
        }

        type += ranks;
        return true;
    }

    static bool IsArguments(ReadOnlySpan<char> rest) =>
        rest.Length > 1 && rest[0] == '[' && rest[1] is not (',' or ']');

    static bool TryReadArguments(ref ReadOnlySpan<char> rest, out List<string> arguments)
    {
        arguments = [];
        do
        {
            rest = rest[1..]; // the bracket, or a comma
            if (!TryRead(ref rest, out var argument)) return false;
            arguments.Add(argument);
        }
        while (rest.Length > 0 && rest[0] == ',');
        if (rest.Length == 0 || rest[0] != ']') return false;
        rest = rest[1..];
        return true;
    }

    /// <summary>Each part of <c>Outer`1+Nested`1</c> takes as many arguments as it says; the last part takes what is
    /// left.</summary>
    static string WithArguments(string path, List<string> arguments)
    {
        var used = 0;
        var parts = path.Split('+');
        for (var i = 0; i < parts.Length; i++)
        {
            var tick = parts[i].IndexOf('`');
            var arity = tick >= 0 && int.TryParse(parts[i].AsSpan(tick + 1), out var said) ? said : 0;
            var count = i == parts.Length - 1 ? arguments.Count - used : Math.Min(arity, arguments.Count - used);
            var own = string.Join(", ", arguments.GetRange(used, count));
            parts[i] = (tick < 0 ? parts[i] : parts[i][..tick]) + (count > 0 ? $"<{own}>" : "");
            used += count;
        }

        return Shorten(string.Join('.', parts));
    }

    static string Shorten(string type)
    {
        const string nullable = "System.Nullable<";
        return type.StartsWith(nullable, StringComparison.Ordinal) ? type[nullable.Length..^1] + "?" : type;
    }

    static string? Keyword(string name) => name switch
    {
        "System.Boolean" => "bool",
        "System.Char" => "char",
        "System.SByte" => "sbyte",
        "System.Byte" => "byte",
        "System.Int16" => "short",
        "System.UInt16" => "ushort",
        "System.Int32" => "int",
        "System.UInt32" => "uint",
        "System.Int64" => "long",
        "System.UInt64" => "ulong",
        "System.IntPtr" => "nint",
        "System.UIntPtr" => "nuint",
        "System.Single" => "float",
        "System.Double" => "double",
        "System.String" => "string",
        "System.Object" => "object",
        _ => null,
    };
}
