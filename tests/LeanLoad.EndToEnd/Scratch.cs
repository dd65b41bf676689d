using System.Text.Json;

namespace LeanLoad.EndToEnd;

/// <summary>A folder for one test's files.</summary>
sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ll-e2e-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>A file as JSON.</summary>
    public JsonElement Json(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(this[name]));
        return document.RootElement.Clone();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
