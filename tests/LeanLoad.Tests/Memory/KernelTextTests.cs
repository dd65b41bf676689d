using System.Text;
using CsCheck;
using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class KernelTextTests
{
    [Theory]
    [InlineData("max\n", null)]
    [InlineData("9223372036854771712\n", null)]
    [InlineData("18446744073709551615\n", null)]
    [InlineData("67108864\n", 67108864L)]
    [InlineData("0", 0L)]
    public void A_limit_is_a_number_or_none(string text, long? limit)
    {
        Assert.True(KernelText.TryLimit(Encoding.UTF8.GetBytes(text), out var found));
        Assert.Equal(limit, found?.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("maximum")]
    [InlineData("-1")]
    [InlineData("12x")]
    [InlineData("99999999999999999999999")]
    public void What_is_neither_a_number_nor_max_is_no_limit(string text) =>
        Assert.False(KernelText.TryLimit(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("anon", 7L)]
    [InlineData("anon_thp", 9L)]
    [InlineData("VmRSS", 1712L * 1024)]
    [InlineData("Threads", 4L)]
    [InlineData("no", null)]
    [InlineData("odd", null)]
    [InlineData("last", 3L)]
    public void A_field_is_found_by_its_whole_name(string name, long? value) =>
        Assert.Equal(value, KernelText.Field(
            "anon_thp 9\nanon 7\nVmRSS:\t    1712 kB\nThreads:\t4\nno\nodd 5 MB\nlast 3"u8,
            Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Any_bytes_are_read_without_throwing() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            KernelText.Field(bytes, "a"u8);
            KernelText.Number(bytes);
            KernelText.TryLimit(bytes, out _);
        });
}
