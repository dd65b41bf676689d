using System.Text;

namespace LeanLoad.Exports;

/// <summary>A result as a file that is either whole or not there: written beside it, then renamed.</summary>
static class ExportFile
{
    /// <param name="option">The option that named it, for the message.</param>
    /// <param name="path">Where to.</param>
    /// <param name="write">Writes it, as UTF-8.</param>
    /// <returns>Null, or what happened.</returns>
    public static string? Write(string option, string path, Action<TextWriter> write)
    {
        var unfinished = path + ".unfinished";
        try
        {
            using (var file = new StreamWriter(unfinished, append: false, new UTF8Encoding(false))) write(file);
            File.Move(unfinished, path, overwrite: true);
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return $"--{option} \"{path}\" could not be written: {refused.Message}";
        }
    }
}
