using Xunit;

namespace LeanLoad.Tests;

/// <summary>
/// Texts that are read in review: what a program prints is compared with a file below <c>tests/fixtures/golden</c>.
/// <c>UPDATE_GOLDEN=1</c> rewrites the files; their difference then shows what changed for people.
/// </summary>
static class Golden
{
    /// <summary>Holds a text to <c>tests/fixtures/golden/NAME</c>.</summary>
    /// <param name="name">The file's name; it may name a folder: <c>report/over-memory.txt</c>.</param>
    /// <param name="actual">The text; line ends are compared as <c>\n</c>.</param>
    public static void Matches(string name, string actual)
    {
        var path = Repository.PathOf("tests", "fixtures", "golden", name);
        var text = actual.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return;
        }

        Assert.True(File.Exists(path),
            $"{path} does not exist; make it with UPDATE_GOLDEN=1 and read it. The text is:\n{text}");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }
}
