using LeanLoad.Profiler.Symbols;
using LeanLoad.Tests.Capture;
using Xunit;

namespace LeanLoad.Tests.Symbols;

public sealed class AgentSymbolsTests
{
    /// <summary>
    /// Where Linux puts a position-independent program without address randomization, as it was recorded.
    /// </summary>
    const ulong ImageStart = 0x5555_5555_4000;

    static readonly string Program = Recording.Fixture("elf/scratch-agent");

    [Fact]
    public void A_method_table_has_a_name_at_its_very_address_and_nowhere_else()
    {
        Assert.True(AgentSymbols.TryLoad(Program, out var symbols, out var problem), problem);

        Assert.True(
            ElfFile.TryRead(Program + ".dbg", "_ZTV32scratch_agent_Scratch_App_Device"u8, out var image, out _));
        var address = Assert.Single(image.Symbols).Address;
        Assert.Equal("Scratch.App.Device", symbols.TypeAt(ImageStart + address, ImageStart));
        Assert.Null(symbols.TypeAt(ImageStart + address + 8, ImageStart));
        Assert.Null(symbols.TypeAt(ImageStart + address, ImageStart + 0x1000));
        Assert.Null(symbols.TypeAt(0, ImageStart));
        Assert.Null(symbols.TypeAt(ulong.MaxValue, ImageStart));
    }

    [Fact]
    public void The_types_of_recorded_samples_get_their_names()
    {
        Assert.True(AgentSymbols.TryLoad(Program, out var symbols, out var problem), problem);

        var named = Recording.Of("nettrace/run.nettrace").Samples
            .GroupBy(sample => symbols.TypeAt(sample.TypeId, ImageStart) ?? "?")
            .ToDictionary(group => group.Key, group => group.Sum(sample => sample.Weight));

        // 5 x 200 x 20 dictionaries with an int[100] and an Entry[37] each: 8.5 and 18 MB, and samples within five
        // standard deviations.
        Assert.InRange(named["int[]"], 7e6, 20e6);
        Assert.InRange(named["System.Collections.Generic.Dictionary<string, int[]>.Entry[]"], 12e6, 26e6);
    }

    [Fact]
    public void Symbols_of_another_build_are_refused()
    {
        var directory = Directory.CreateTempSubdirectory("ll-test-").FullName;
        try
        {
            var program = Path.Combine(directory, "agent");
            File.Copy(Program, program);
            Assert.False(AgentSymbols.TryLoad(program, out _, out var problem));
            Assert.Contains("agent.dbg does not exist", problem, StringComparison.Ordinal);

            var debug = File.ReadAllBytes(Program + ".dbg");
            var buildId = Convert.FromHexString(BuildIdOf(Program));
            debug[debug.AsSpan().IndexOf(buildId)] ^= 1;
            File.WriteAllBytes(program + ".dbg", debug);
            Assert.False(AgentSymbols.TryLoad(program, out _, out problem));
            Assert.Contains("belongs to another build", problem, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    static string BuildIdOf(string path)
    {
        Assert.True(ElfFile.TryRead(path, default, out var image, out var problem), problem);
        return image.BuildId!;
    }
}
