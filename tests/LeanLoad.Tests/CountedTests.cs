using Xunit;

namespace LeanLoad.Tests;

public sealed class CountedTests
{
    [Theory]
    [InlineData(0, "0 users fit", "All 0 users fit")]
    [InlineData(1, "1 user fits", "The only user fits")]
    [InlineData(2, "2 users fit", "All 2 users fit")]
    [InlineData(1234, "1,234 users fit", "All 1,234 users fit")]
    public void Noun_and_verb_agree_with_the_number(long count, string of, string all)
    {
        Assert.Equal(of, Counted.Of(count, "user fits", "users fit"));
        Assert.Equal(all, Counted.All(count, "user fits", "users fit"));
        Assert.Equal(of.Split(' ')[..2], Counted.Of(count, "user").Split(' '));
    }
}
