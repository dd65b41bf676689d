using CsCheck;
using LeanLoad.Profiler.Symbols;
using LeanLoad.Tests.Capture;
using Xunit;

namespace LeanLoad.Tests.Symbols;

public sealed class ElfImageTests
{
    static readonly byte[] Debug = File.ReadAllBytes(Recording.Fixture("elf/scratch-agent.dbg"));

    [Fact]
    public void A_real_file_gives_its_build_id_and_its_symbols()
    {
        Assert.True(ElfImage.TryParse(Debug, "_ZTV"u8, out var image, out var problem), problem);

        Assert.Equal(40, image.BuildId!.Length);
        Assert.True(image.IsRelocated);
        Assert.Equal(0UL, image.FirstAddress);
        Assert.Contains(image.Symbols, symbol => symbol.Name == "_ZTV6String");
        Assert.All(image.Symbols, symbol => Assert.StartsWith("_ZTV", symbol.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_running_program_can_be_read()
    {
        Assert.True(ElfFile.TryRead(Environment.ProcessPath!, default, out var image, out var problem), problem);

        Assert.NotNull(image.BuildId);
    }

    [Fact]
    public void A_file_cut_anywhere_is_a_problem_and_never_an_exception()
    {
        for (var length = 0; length < Debug.Length; length += 97)
        {
            Assert.False(ElfImage.TryParse(Debug.AsSpan(0, length), "_ZTV"u8, out _, out var problem));
            Assert.NotEmpty(problem);
        }
    }

    [Fact]
    public void Damage_never_throws() =>
        Gen.Select(Gen.Int[0, 4095], Gen.Int[0, Debug.Length - 1], Gen.Byte).Sample((early, anywhere, value) =>
        {
            var damaged = (byte[])Debug.Clone();
            damaged[early] = value;
            damaged[anywhere] = value;
            damaged[^(1 + early % 2048)] = value; // the section headers stand last
            var isRead = ElfImage.TryParse(damaged, "_ZTV"u8, out var image, out var problem);
            Assert.Equal(isRead, image is not null);
            Assert.Equal(isRead, problem is null);
        }, iter: 2000);

    [Theory]
    [InlineData("/bin", "cannot be read")]
    [InlineData("/no/such/file", "cannot be read")]
    [InlineData("/dev/null", "cannot be read")]
    [InlineData("/etc/passwd", "is not a 64-bit little-endian ELF file")]
    public void What_is_no_elf_file_is_named_with_the_reason(string path, string reason)
    {
        Assert.False(ElfFile.TryRead(path, default, out _, out var problem));
        Assert.StartsWith(path, problem, StringComparison.Ordinal);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }
}
