namespace LeanLoad.Diagnostics;

/// <summary>
/// A result as a file that is either whole or not there: written beside it, then renamed. A device or a pipe is written
/// to as it is, and a link is followed.
/// </summary>
static class WholeFile
{
    /// <exception cref="IOException">It can't be written; nothing looks finished.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        if (FileKinds.Of(path) is FileKind.Other or FileKind.Socket)
        {
            using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
            write(device);
            return;
        }

        var whole = new FileInfo(path).LinkTarget is null ? path
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        var unfinished = whole + ".unfinished";
        using (var file = File.Create(unfinished)) write(file);
        File.Move(unfinished, whole, overwrite: true);
    }
}
