using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LeanLoad.Profiler.Symbols;

/// <summary>Where the loader put a process's own executable.</summary>
/// <param name="Path">The executable, as the kernel names it.</param>
/// <param name="Start">Address of its first mapping (<c>/proc/PID/maps</c>).</param>
readonly record struct ProcessImage(string Path, ulong Start)
{
    /// <summary>Reads it from <c>/proc</c>; to be done early, for it is gone with the process.</summary>
    /// <param name="directory">The process's directory, such as <c>/proc/42</c>.</param>
    /// <param name="image">What was found.</param>
    /// <param name="problem">On failure, a sentence that says why types will have no names.</param>
    public static bool TryRead(string directory, out ProcessImage image, [NotNullWhen(false)] out string? problem)
    {
        image = default;
        try
        {
            var executable = new FileInfo(System.IO.Path.Combine(directory, "exe")).LinkTarget;
            var maps = File.ReadLines(System.IO.Path.Combine(directory, "maps"));
            if (executable is not null && TryFind(maps, executable, out var start))
            {
                image = new ProcessImage(executable, start);
                problem = null;
                return true;
            }

            problem = $"{directory}/maps does not show where the agent's program is loaded; the types of its samples "
                + "stay unnamed.";
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = $"{directory} cannot be read ({error.Message}); the types of the samples stay unnamed.";
            return false;
        }
    }

    /// <summary>The lowest address at which <paramref name="executable"/> is mapped.</summary>
    internal static bool TryFind(IEnumerable<string> maps, string executable, out ulong start)
    {
        foreach (var line in maps)
        {
            // 556f815ca000-556f815ce000 r--p 00000000 fe:00 247607                     /usr/bin/grep
            var path = line.IndexOf('/');
            var dash = line.IndexOf('-');
            if (path < 0 || dash <= 0 || !line.AsSpan(path).SequenceEqual(executable)) continue;
            var first = line.AsSpan(0, dash);
            if (ulong.TryParse(first, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out start))
            {
                return true;
            }
        }

        start = 0;
        return false;
    }
}
