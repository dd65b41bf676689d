using System.Text;
using System.Text.RegularExpressions;

namespace LeanLoad.Profiler.Symbols;

/// <summary>
/// A mangled type name without its assembly and type arguments, as the steps of its path: namespaces, enclosing types,
/// the type. A number after a step may be its arity (<c>Dictionary_2_Entry</c>) or part of the name; how many type
/// arguments there are decides.
/// </summary>
sealed partial class TypePath
{
    readonly List<Step> steps = [];

    /// <summary>Reads the steps of, say, <c>Scratch_App_Outer_Device_1</c>.</summary>
    public TypePath(string mangled)
    {
        var at = 0;
        while (at < mangled.Length)
        {
            var generated = Generated().Match(mangled, at);
            if (generated.Success)
            {
                steps.Add(new Step(Restore(generated), false));
                at += generated.Length;
                continue;
            }

            var end = mangled.IndexOf('_', at + 1);
            if (end < 0) end = mangled.Length;
            var text = mangled[at..end].TrimStart('_');
            if (text.Length > 0) steps.Add(new Step(text, int.TryParse(text, out var number) && number > 0));
            at = end;
        }
    }

    /// <summary>The name in C#, the arguments where they belong; null where their number fits no reading of the
    /// name.</summary>
    public string? Format(IReadOnlyList<string> arguments)
    {
        if (!TryArities(arguments.Count, out var arities)) return null;
        var (name, used) = (new StringBuilder(), 0);
        for (var i = 0; i < steps.Count; i++)
        {
            if (arities[i] > 0)
            {
                name.Append('<').AppendJoin(", ", arguments.Skip(used).Take(arities[i])).Append('>');
                used += arities[i];
            }
            else
            {
                // A number that is no arity belongs to the name before it: Rfc_2898.
                if (i > 0) name.Append(char.IsAsciiDigit(steps[i].Text[0]) ? '_' : '.');
                name.Append(steps[i].Text);
            }
        }

        return name.Length == 0 ? null : name.ToString();
    }

    /// <summary>Which steps are arities: taken from the right, where the type itself is, until all arguments have a
    /// place.</summary>
    bool TryArities(int count, out int[] arities)
    {
        arities = new int[steps.Count];
        if (count == 0) return true;
        var numbers = steps.Select(step => step.IsNumber ? int.Parse(step.Text, null) : 0).ToArray();
        if (numbers.Sum() == count)
        {
            arities = numbers;
            return true;
        }

        for (var i = steps.Count - 1; i > 0 && count > 0; i--)
        {
            if (numbers[i] is 0 || numbers[i] > count) continue;
            arities[i] = numbers[i];
            count -= numbers[i];
        }

        return count == 0;
    }

    static string Restore(Match generated)
    {
        var closure = generated.Groups["closure"];
        if (closure.Success) return $"<>c{closure.Value}";
        var local = generated.Groups["local"];
        if (!local.Success) return $"<{Entry(generated)}>d__{generated.Groups["number"].Value}";
        var name = $"<{Entry(generated)}>g__{local.Value}|{generated.Groups["ordinal"].Value}";
        return generated.Groups["state"].Success ? name + " (async)" : name;
    }

    // The compiler calls the method of top-level statements <Main>$; its characters are three of the underscores.
    static string Entry(Match generated) => generated.Groups["method"].Value.Trim('_');

    /// <summary>
    /// What the C# compiler makes of lambdas (<c>&lt;&gt;c__DisplayClass0_0</c>), async methods and iterators
    /// (<c>&lt;Start&gt;d__3</c>), and local functions (<c>&lt;&lt;Main&gt;g__Load|0_1&gt;d</c>), with an underscore
    /// for each character that C does not allow.
    /// </summary>
    [GeneratedRegex(@"\G_?(?:"
        + @"__c(?<closure>(?:__DisplayClass[0-9]+_[0-9]+|__[0-9]+)?)(?=_|$)"
        + @"|_+(?<method>[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*?)_+g__(?<local>[A-Za-z0-9]+)_(?<ordinal>[0-9]+_[0-9]+)"
        + @"(?<state>_d)?(?=_|$)"
        + @"|_(?<method>_*[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*?_*)_d__(?<number>[0-9]+)(?=_|$))")]
    private static partial Regex Generated();

    readonly record struct Step(string Text, bool IsNumber);
}
