using LeanLoad.Exports;
using LeanLoad.Report;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Exports;

/// <summary>What is told of files that cannot be written any more, while the run goes on.</summary>
public sealed class RunExportsTests : IDisposable
{
    static readonly RunSecond Second = new(TimeSpan.Zero, 1.Seconds(), 0, 1, 0, default, new RequestStats());

    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("leanload-exports-");
    readonly List<(string Code, string Text)> told = [];
    bool isTellingRefused;
    int refusals;

    string Csv => Path.Combine(directory.FullName, "run");

    string Hdr => Path.Combine(directory.FullName, "run.hlog");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void What_memory_was_refused_for_is_told_once_with_the_first_second_that_can_tell_it()
    {
        using var exports = new RunExports(
            Csv, null, Hdr, default, Warn, static place => new Refusing(place.Unfinished));
        isTellingRefused = true;
        // The system is asked by a thread of the file's own: the first or the second line finds out.
        while (exports.WantsSeconds) exports.Add(Second);
        exports.Add(Second);
        Assert.Empty(told);
        Assert.True(refusals >= 2);
        isTellingRefused = false;
        exports.Add(Second);
        exports.Add(Second);
        Assert.Equal(
            [("csv", "--csv could not be written: there was no memory for it"),
                ("hdr", "--hdr could not be written: there was no memory for it")], told.Order());
        Assert.Equal(told, exports.Problems);
    }

    [Fact]
    public void What_cannot_be_opened_is_told_at_once()
    {
        using var exports = new RunExports(
            null, null, Path.Combine(directory.FullName, "missing", "run.hlog"), default, Warn);
        var (code, text) = Assert.Single(told);
        Assert.Equal("hdr", code);
        Assert.StartsWith("--hdr could not be written: ", text, StringComparison.Ordinal);
        Assert.False(exports.WantsSeconds);
    }

    void Warn(string code, string text)
    {
        if (isTellingRefused)
        {
            refusals++;
            throw new OutOfMemoryException();
        }

        told.Add((code, text));
    }

    sealed class Refusing(string path) : FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 0)
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new OutOfMemoryException();
    }
}
