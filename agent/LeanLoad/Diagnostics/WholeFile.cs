namespace LeanLoad.Diagnostics;

/// <summary>
/// A result as a file that is either whole and on its disk or not there: written beside its place, stored, then
/// renamed. A disk or a reader that does not take it holds up nobody for more than some seconds.
/// </summary>
static class WholeFile
{
    /// <exception cref="IOException">It can't be written, or not in time; nothing looks finished.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be written; nothing looks finished.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        PatientWork.Do("result", "nobody has read it, or no disk has stored it,", isAwaited =>
        {
            var place = FilePlace.Of(path);
            using (var file = place.Open(buffer: 4 << 10))
            {
                write(file);
                // What has no room, or no quota, may be told only now.
                DiskSync.Store(file);
            }

            if (isAwaited()) place.Complete();
        });
    }
}
