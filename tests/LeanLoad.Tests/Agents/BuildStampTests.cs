using LeanLoad.Profiler.Agents;
using Xunit;

namespace LeanLoad.Tests.Agents;

public sealed class BuildStampTests : IDisposable
{
    static readonly DateTime Built = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    readonly DirectoryInfo home = Directory.CreateTempSubdirectory("ll-stamp-");

    public void Dispose() => home.Delete(recursive: true);

    [Theory]
    [InlineData("LeanLoad@1.2.3", "leanload 1", 0, true)]
    [InlineData("LeanLoad@1.2.3", "leanload 1", 1000, true)]
    [InlineData("LeanLoad@1.2.3", "leanload 2", 0, false)] // the tool, or an SDK, is another
    [InlineData("LeanLoad@*", "leanload 1", 23, true)]
    [InlineData("LeanLoad@*", "leanload 1", 25, false)] // there may be a newer package
    [InlineData("LeanLoad@1.*", "leanload 1", 25, false)]
    [InlineData("LeanLoad@*", "leanload 2", 0, false)]
    public void What_was_built_stands_until_its_tools_or_its_floating_packages_may_be_others(
        string package, string tools, int hoursLater, bool isCurrent)
    {
        var load = Load($"#!/usr/bin/env dotnet\n// A shop.\n\n#:package {package}\nvar all = 2 * 3;\n");
        new BuildStamp(home.FullName, "leanload 1").Set(Built);
        Assert.Equal(isCurrent, new BuildStamp(home.FullName, tools).IsCurrent(load, Built.AddHours(hoursLater)));
    }

    [Fact]
    public void A_load_file_that_was_written_since_is_built_anew()
    {
        var load = Load("");
        var stamp = new BuildStamp(home.FullName, "leanload 1");
        Assert.False(stamp.IsCurrent(load, Built));
        stamp.Set(Built);
        Assert.True(stamp.IsCurrent(load, Built));
        File.SetLastWriteTimeUtc(load, Built.AddSeconds(1));
        Assert.False(stamp.IsCurrent(load, Built));
    }

    [Fact]
    public void The_tools_are_this_program_and_the_installed_SDKs() =>
        Assert.Matches(@"^leanload \d+\.\d+.*, SDK .*\d+\.\d+\.\d+", BuildStamp.InstalledTools);

    string Load(string text)
    {
        var path = Path.Combine(home.FullName, "load.cs");
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, Built.AddDays(-1));
        return path;
    }
}
