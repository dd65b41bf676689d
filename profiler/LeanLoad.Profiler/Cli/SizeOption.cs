using System.CommandLine;

namespace LeanLoad.Profiler.Cli;

/// <summary>An option whose value is a size with a unit.</summary>
static class SizeOption
{
    public static Option<Bytes?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "size",
        CustomParser = result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            if (Bytes.TryParse(text, out var size, out var problem) && size > Bytes.Zero) return size;
            result.AddError($"{name} \"{text}\" {problem ?? "is nothing at all"}.");
            return null;
        },
    };
}
