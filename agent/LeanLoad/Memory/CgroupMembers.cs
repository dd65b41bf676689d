using System.Globalization;
using System.Text;

namespace LeanLoad.Memory;

/// <summary>Who lives in a cgroup: only this process and its descendants, or others too.</summary>
static class CgroupMembers
{
    /// <summary>
    /// More processes than this are not one agent with a bootstrap child or two; looking further would only cost time.
    /// </summary>
    const int MostMembers = 16;

    /// <summary>
    /// Whether a cgroup and those below it hold this process and its descendants only; false where that cannot be
    /// known.
    /// </summary>
    /// <param name="root">Below which <c>proc</c> is read.</param>
    /// <param name="directory">The cgroup.</param>
    public static bool AreOnlyOurs(string root, string directory)
    {
        if (Status(root, "self", "Pid"u8) is not { } self) return false;
        var members = new List<long>();
        if (!TryCollect(directory, members) || !members.Contains(self)) return false;
        return members.TrueForAll(member => IsDescendant(root, member, self));
    }

    static bool TryCollect(string directory, List<long> members)
    {
        if (!KernelFile.TryReadAll(Path.Combine(directory, "cgroup.procs"), out var text, out _)) return false;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var member)) return false;
            members.Add(member);
            if (members.Count > MostMembers) return false;
        }

        try
        {
            return Directory.EnumerateDirectories(directory).All(child => TryCollect(child, members));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // 0 is a process of a pid namespace that is not visible here, and so not ours.
    static bool IsDescendant(string root, long member, long self)
    {
        for (var steps = 0; member > 0 && steps < MostMembers; steps++)
        {
            if (member == self) return true;
            member = Status(root, member.ToString(CultureInfo.InvariantCulture), "PPid"u8) ?? 0;
        }

        return false;
    }

    static long? Status(string root, string process, ReadOnlySpan<byte> field) =>
        KernelFile.TryReadAll(Path.Combine(root, "proc", process, "status"), out var text, out _)
            ? KernelText.Field(Encoding.UTF8.GetBytes(text), field)
            : null;
}
