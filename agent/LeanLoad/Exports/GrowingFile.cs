using System.Text;
using LeanLoad.Diagnostics;

namespace LeanLoad.Exports;

/// <summary>
/// A text file that grows by the second and never holds up the run. Where it ends early, for want of room or because it
/// is too slow, its name says so: <c>.unfinished</c> is added.
/// </summary>
sealed class GrowingFile : IDisposable
{
    readonly BoundedFile file;
    readonly string path;
    bool isOver;

    /// <exception cref="IOException">It cannot be made.</exception>
    public GrowingFile(string path)
    {
        this.path = path;
        file = BoundedFile.Open(() => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 0));
        Text = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true);
    }

    /// <summary>Takes lines; each flush hands them to the system.</summary>
    public StreamWriter Text { get; }

    /// <summary>Stores the rest.</summary>
    /// <exception cref="IOException">Not all of it could be stored.</exception>
    public void Finish()
    {
        Text.Flush();
        file.Finish();
        isOver = true;
    }

    /// <summary>Nothing more is written: says by its name that it is not whole.</summary>
    public void Abandon()
    {
        if (isOver) return;
        isOver = true;
        try
        {
            if (file.IsRegular) File.Move(path, path + ".unfinished", overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A directory that has become read-only: the exit code and the report still say so.
        }
    }

    // The writer is left as it is: its last characters would be refused once more.
    public void Dispose() => file.Dispose();
}
