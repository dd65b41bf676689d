using System.Globalization;

namespace LeanLoad.Memory;

/// <summary>
/// What one page fault in the program may read into the page cache. In a container the program's pages are charged to
/// it, and near the limit the kernel drops them. The next fault then reads as much around its page as the device's
/// readahead says, 128 KiB by default: pages that are on their way cannot be dropped, and where they are more than
/// there is room for, the kernel kills. With a readahead of 8 MiB it killed 9 of 10 guarded runs in 32 to 48 MiB that
/// kept nothing for that; with 128 KiB none of 6 in 24 MiB.
/// </summary>
static class ProgramReadahead
{
    /// <summary>What devices read ahead by default; so much lies within the governor's reserve.</summary>
    static Bytes Usual => Bytes.FromKiB(128);

    /// <summary>
    /// What a limit has to leave for it: the most that a block device here reads ahead, which of them holds the program
    /// being hidden from a container, but no more than there is to read. Zero where it is as usual, or not told.
    /// </summary>
    /// <param name="root">Below which <c>proc</c> and <c>sys</c> are read.</param>
    public static Bytes Read(string root)
    {
        try
        {
            var ahead = Ahead(Path.Combine(root, "sys/block"));
            if (ahead <= Usual) return Bytes.Zero;
            var files = OfFiles(File.ReadLines(Path.Combine(root, "proc/self/maps")));
            return ahead < files ? ahead : files;
        }
        catch (Exception untold) when (untold is IOException or UnauthorizedAccessException)
        {
            return Bytes.Zero;
        }
    }

    static Bytes Ahead(string blocks)
    {
        var most = Bytes.Zero;
        foreach (var device in Directory.EnumerateDirectories(blocks))
        {
            var file = Path.Combine(device, "queue/read_ahead_kb");
            // A device without a size is none: there are loop devices, a dozen, that nobody has set up.
            if (!File.Exists(file) || Number(Path.Combine(device, "size")) is null or 0) continue;
            if (Number(file) is { } kibibytes && Bytes.FromKiB(kibibytes) > most) most = Bytes.FromKiB(kibibytes);
        }

        return most;
    }

    static long? Number(string file) =>
        long.TryParse(File.ReadAllText(file).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture,
            out var value) ? value : null;

    // What of files is mapped; each line is `start-end perms offset device inode path` (man 5 proc).
    static Bytes OfFiles(IEnumerable<string> maps)
    {
        var all = 0L;
        foreach (var line in maps)
        {
            var fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            if (fields is not [var range, _, _, _, _, ['/', ..]]) continue;
            if (range.Split('-') is not [var first, var last]) continue;
            if (long.TryParse(first, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
                && long.TryParse(last, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end))
            {
                all += end - start;
            }
        }

        return new Bytes(all);
    }
}
