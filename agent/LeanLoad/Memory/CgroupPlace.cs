using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace LeanLoad.Memory;

/// <summary>
/// Which of the kernel's two interfaces charges memory here; on hybrid systems v1 does, and v2 is mounted without it.
/// </summary>
enum CgroupVersion : byte
{
    /// <summary>Documentation/admin-guide/cgroup-v1/memory.rst.</summary>
    V1 = 1,

    /// <summary>Documentation/admin-guide/cgroup-v2.rst.</summary>
    V2 = 2,
}

/// <summary>
/// Where a process's memory is charged: its memory cgroup's directory and all enclosing ones as far as they are
/// visible, found from <c>/proc/self/cgroup</c> (which cgroup) and <c>/proc/self/mountinfo</c> (where, and from which
/// cgroup on, the tree is mounted).
/// </summary>
/// <param name="Version">The interface.</param>
/// <param name="Levels">From the innermost to the outermost visible: the directory, and the cgroup's path and interface
/// for people: <c>/pod/agent (v2)</c>.</param>
sealed record CgroupPlace(CgroupVersion Version, IReadOnlyList<(string Directory, string Name)> Levels)
{
    /// <summary>
    /// The directory of this process's cgroup in a v2 tree beside v1's: there the kernel tells what no file of v1's
    /// does, how long tasks stood still for want of memory (Documentation/accounting/psi.rst). Null where there is
    /// none, or none but the root, which is the whole machine.
    /// </summary>
    public string? Beside { get; private init; }

    /// <summary>How the line of <c>/proc/self/cgroup</c> begins that tells of v2.</summary>
    const string UnifiedPrefix = "0::";

    /// <summary>Finds the place, or says why there is none.</summary>
    /// <param name="root">Below which <c>proc</c> and <c>sys</c> are read; <c>/</c> but for tests.</param>
    /// <param name="place">The place.</param>
    /// <param name="problem">Why there is none.</param>
    public static bool TryFind(
        string root, [NotNullWhen(true)] out CgroupPlace? place, [NotNullWhen(false)] out string? problem)
    {
        place = null;
        if (!KernelFile.TryReadAll(Path.Combine(root, "proc/self/cgroup"), out var membership, out problem))
        {
            return false;
        }

        if (!KernelFile.TryReadAll(Path.Combine(root, "proc/self/mountinfo"), out var mounts, out problem))
        {
            return false;
        }

        if (!TryMembership(membership, out var version, out var cgroup))
        {
            problem = "this process is in no memory cgroup (/proc/self/cgroup names none)";
            return false;
        }

        if (cgroup.Split('/').Contains(".."))
        {
            problem = $"the memory cgroup {cgroup} lies outside this process's cgroup namespace";
            return false;
        }

        // One that shows this cgroup or those around it, before any other that is mounted, too.
        var candidates = Mounts(mounts, version).OrderByDescending(mount => IsWithin(cgroup, mount.Root))
            .Select(mount => Walk(root, mount, cgroup, version));
        var levels = candidates.FirstOrDefault(levels => levels.Count > 0);
        if (levels is null)
        {
            problem = $"the {Word(version)} memory cgroup {cgroup} is not mounted where this process can see it";
            return false;
        }

        place = new CgroupPlace(version, levels)
        {
            Beside = version == CgroupVersion.V1 ? FindBeside(root, membership, mounts) : null,
        };
        problem = null;
        return true;
    }

    static string? FindBeside(string root, string membership, string mounts)
    {
        var cgroup = membership.Split('\n').FirstOrDefault(IsOfV2)?[UnifiedPrefix.Length..];
        if (cgroup is null or "/" || !cgroup.StartsWith('/') || cgroup.Split('/').Contains("..")) return null;
        return Mounts(mounts, CgroupVersion.V2).Where(mount => IsWithin(cgroup, mount.Root))
            .Select(mount => Path.Combine(
                root, mount.Point.TrimStart('/'), cgroup[mount.Root.TrimEnd('/').Length..].Trim('/')))
            .FirstOrDefault(Directory.Exists);
    }

    static bool IsOfV2(string line) => line.StartsWith(UnifiedPrefix, StringComparison.Ordinal);

    static string Word(CgroupVersion version) => version == CgroupVersion.V1 ? "v1" : "v2";

    // Lines are id:controllers:path. A v1 hierarchy with the memory controller owns the memory even where v2 is mounted
    // too.
    static bool TryMembership(string text, out CgroupVersion version, out string path)
    {
        (version, path) = (CgroupVersion.V2, "");
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split(':', 3);
            if (fields.Length < 3 || !fields[2].StartsWith('/')) continue;
            if (fields[1].Split(',').Contains("memory"))
            {
                (version, path) = (CgroupVersion.V1, fields[2]);
                return true;
            }

            if (IsOfV2(line)) path = fields[2];
        }

        return path.Length > 0;
    }

    // man 5 proc_pid_mountinfo: id parent device root point options [optional…] - type source super-options
    static List<(string Root, string Point)> Mounts(string text, CgroupVersion version)
    {
        var found = new List<(string, string)>();
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-");
            if (dash < 6 || fields.Length < dash + 4) continue;
            var matches = version == CgroupVersion.V1
                ? fields[dash + 1] == "cgroup" && fields[dash + 3].Split(',').Contains("memory")
                : fields[dash + 1] == "cgroup2";
            if (matches) found.Add((Unescape(fields[3]), Unescape(fields[4])));
        }

        return found;
    }

    // From the process's own cgroup to the mount point. A container often sees its own cgroup as the mount's root, and
    // then the path of /proc/self/cgroup names directories of the host that do not exist here: the deepest that exists
    // is taken.
    static List<(string Directory, string Name)> Walk(
        string root, (string Root, string Point) mount, string cgroup, CgroupVersion version)
    {
        var top = Path.Combine(root, mount.Point.TrimStart('/'));
        var inside = (IsWithin(cgroup, mount.Root) ? cgroup[mount.Root.TrimEnd('/').Length..] : "").Trim('/');
        var levels = new List<(string, string)>();
        while (true)
        {
            var directory = inside.Length == 0 ? top : Path.Combine(top, inside);
            // Where the controller is not enabled for a v2 cgroup, its memory is charged to the nearest ancestor that
            // has the files. The machine's v2 root has none: nothing limits it. A limit without figures limits, too.
            if (KernelFile.IsThere(CgroupLevel.UsagePath(version, directory))
                || KernelFile.IsThere(CgroupLevel.LimitPathOf(version, directory)))
            {
                levels.Add((directory, $"{Name(mount.Root, inside)} ({Word(version)})"));
            }

            if (inside.Length == 0) return levels;
            inside = inside[..Math.Max(0, inside.LastIndexOf('/'))];
        }
    }

    static bool IsWithin(string cgroup, string mountRoot) =>
        $"{cgroup}/".StartsWith($"{mountRoot.TrimEnd('/')}/", StringComparison.Ordinal);

    static string Name(string mountRoot, string inside)
    {
        var name = $"{mountRoot.TrimEnd('/')}/{inside}".TrimEnd('/');
        return name.Length == 0 ? "/" : name;
    }

    // Spaces, tabs, newlines and backslashes are written as three octal digits.
    static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal)) return field;
        var text = new StringBuilder();
        for (var at = 0; at < field.Length; at++)
        {
            var isEscape = field[at] == '\\' && at + 3 < field.Length
                && field.AsSpan(at + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0;
            text.Append(isEscape ? (char)Octal(field.AsSpan(at + 1, 3)) : field[at]);
            if (isEscape) at += 3;
        }

        return text.ToString();
    }

    static int Octal(ReadOnlySpan<char> digits) => (digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0');
}
