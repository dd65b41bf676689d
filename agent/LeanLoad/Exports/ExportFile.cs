using System.Text;
using LeanLoad.Diagnostics;

namespace LeanLoad.Exports;

/// <summary>A result as a text file that is either whole or not there.</summary>
static class ExportFile
{
    /// <param name="option">The option that named it, for the message.</param>
    /// <param name="path">Where to.</param>
    /// <param name="write">Writes it, as UTF-8.</param>
    /// <returns>Null, or what happened.</returns>
    public static string? Write(string option, string path, Action<TextWriter> write)
    {
        try
        {
            WholeFile.Write(path, file =>
            {
                using var text = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true);
                write(text);
            });
            return null;
        }
        catch (Exception refused) when (Unstored.IsCauseOf(refused))
        {
            return $"--{option} \"{path}\" could not be written: {refused.Message}";
        }
    }
}
