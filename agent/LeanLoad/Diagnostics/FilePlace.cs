namespace LeanLoad.Diagnostics;

/// <summary>
/// Where a file is written until it is whole, and where it is put then. A device or a pipe is written to as it is, for
/// it is never ours to replace; a link is followed, and stays one.
/// </summary>
/// <param name="Whole">Its name.</param>
/// <param name="Unfinished">Its name until then: the same for a device or a pipe.</param>
readonly record struct FilePlace(string Whole, string Unfinished)
{
    bool IsReplaced => Unfinished != Whole;

    /// <summary>Asks the file system, which may take its time.</summary>
    public static FilePlace Of(string path)
    {
        if (FileKinds.Of(path) is FileKind.Other or FileKind.Socket) return new FilePlace(path, path);
        var whole = new FileInfo(path).LinkTarget is null ? path
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        return new FilePlace(whole, whole + ".unfinished");
    }

    /// <summary>Opens what is written until it is whole.</summary>
    /// <param name="buffer">The stream's own buffer in bytes; 0 for none.</param>
    public FileStream Open(int buffer) => new(
        Unfinished, IsReplaced ? FileMode.Create : FileMode.Open, FileAccess.Write, FileShare.Read, buffer);

    /// <summary>It is whole: gives it its name, in place of what has it.</summary>
    public void Complete()
    {
        if (IsReplaced) File.Move(Unfinished, Whole, overwrite: true);
    }

    /// <summary>Takes the name from a file that has it, which is <c>.previous</c> from then on.</summary>
    public void SetAside()
    {
        // An empty one was only made to have a name, as mktemp does.
        if (!IsReplaced || new FileInfo(Whole) is not { Exists: true, Length: > 0 }) return;
        File.Move(Whole, Whole + ".previous", overwrite: true);
    }
}
