using Xunit;

namespace LeanLoad.Tests;

/// <summary>Compares text with a file under <c>tests/fixtures/golden</c>; with <c>UPDATE_GOLDEN=1</c> it writes the file, to be read in review.</summary>
static class Golden
{
    public static void Matches(string name, string actual)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "LeanLoad.sln"))) directory = directory.Parent!;
        var path = Path.Combine(directory.FullName, "tests", "fixtures", "golden", name);
        var text = actual.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return;
        }

        Assert.True(File.Exists(path), $"{path} is missing; UPDATE_GOLDEN=1 writes it.");
        Assert.Equal(File.ReadAllText(path), text);
    }
}
