using System.Text;
using LeanLoad.Diagnostics;

namespace LeanLoad.Exports;

/// <summary>
/// A text file that grows by the second and never holds up the run. Until it is whole its name says that it is not:
/// <c>.unfinished</c> is added, and stays where the disk or the process ends before the run does.
/// </summary>
sealed class GrowingFile : IDisposable
{
    readonly BoundedFile file;
    FilePlace place;

    /// <param name="path">Its name.</param>
    /// <param name="open">Opens it, without a buffer; null: <see cref="FilePlace.Open"/>.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public GrowingFile(string path, Func<FilePlace, FileStream>? open = null)
    {
        file = BoundedFile.Open(() =>
        {
            place = FilePlace.Of(path);
            return open is null ? place.Open(buffer: 0) : open(place);
        });
        Text = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true);
    }

    /// <summary>Takes lines; each flush hands them to the system.</summary>
    public StreamWriter Text { get; }

    /// <summary>Stores the rest, and gives it its name.</summary>
    /// <exception cref="IOException">Not all of it could be stored.</exception>
    /// <exception cref="UnauthorizedAccessException">It could not be renamed.</exception>
    public void Finish()
    {
        Text.Flush();
        file.Finish();
        PatientWork.Do("file", "it could not be given its name", isAwaited =>
        {
            if (isAwaited()) place.Complete();
        });
    }

    // The writer is left as it is: its last characters would be refused once more.
    public void Dispose() => file.Dispose();
}
