using LeanLoad.Exports;
using Xunit;

namespace LeanLoad.Tests.Exports;

/// <summary>What an earlier run left gives up its name, and nothing else.</summary>
public sealed class EarlierResultsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("leanload-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_result_becomes_the_previous_one_in_place_of_the_one_before()
    {
        File.WriteAllText(At("run.json"), "last");
        File.WriteAllText(At("run.json.previous"), "before");
        Assert.True(EarlierResults.TrySetAside([At("run.json"), At("run.xml")], out var problem), problem);
        Assert.Equal([At("run.json.previous")], Directory.GetFiles(folder));
        Assert.Equal("last", File.ReadAllText(At("run.json.previous")));
        Assert.True(EarlierResults.TrySetAside([At("run.json"), At("run.xml")], out problem), problem);
        Assert.Equal("last", File.ReadAllText(At("run.json.previous")));
    }

    [Fact]
    public void What_is_empty_or_no_file_keeps_its_name()
    {
        File.WriteAllText(At("run.json"), "");
        Assert.True(EarlierResults.TrySetAside([At("run.json"), folder, "/dev/null"], out var problem), problem);
        Assert.Equal([At("run.json")], Directory.GetFiles(folder));
        Assert.True(File.Exists("/dev/null"));
    }

    [Fact]
    public void What_a_link_leads_to_is_renamed_and_the_link_stays()
    {
        File.WriteAllText(At("real"), "last");
        File.CreateSymbolicLink(At("link"), At("real"));
        Assert.True(EarlierResults.TrySetAside([At("link")], out var problem), problem);
        Assert.Equal("last", File.ReadAllText(At("real.previous")));
        Assert.Equal(At("real"), new FileInfo(At("link")).LinkTarget);
    }

    [Fact]
    public void One_that_cannot_be_renamed_is_named_and_holds_up_no_other()
    {
        Directory.CreateDirectory(At("run.json.previous"));
        File.WriteAllText(At("run.json"), "last");
        File.WriteAllText(At("run.xml"), "last");
        Assert.False(EarlierResults.TrySetAside([At("run.json"), At("run.xml")], out var problem));
        Assert.Contains(At("run.json"), problem, StringComparison.Ordinal);
        Assert.True(File.Exists(At("run.json")) && File.Exists(At("run.xml.previous")));
    }

    string At(string name) => Path.Combine(folder, name);
}
