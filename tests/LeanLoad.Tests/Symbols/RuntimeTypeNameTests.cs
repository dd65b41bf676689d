using CsCheck;
using LeanLoad.Profiler.Symbols;
using Xunit;

namespace LeanLoad.Tests.Symbols;

public sealed class RuntimeTypeNameTests
{
    [Theory]
    [InlineData("System.String", "string")]
    [InlineData("System.Int32[]", "int[]")]
    [InlineData("System.Int32[,][]", "int[][,]")]
    [InlineData("Scratch.App.Device[,]", "Scratch.App.Device[,]")]
    [InlineData("Scratch.App.Outer+Inner+Deep", "Scratch.App.Outer.Inner.Deep")]
    [InlineData(
        "System.Collections.Generic.Dictionary`2[System.String,System.Int32[]][]",
        "System.Collections.Generic.Dictionary<string, int[]>[]")]
    [InlineData("Entry[System.Guid,System.ValueTuple`2[System.Int32,System.String]][]",
        "Entry<System.Guid, System.ValueTuple<int, string>>[]")]
    [InlineData("Scratch.App.Outer+Device`1+Nested`1[System.Int32,Scratch.App.Device]",
        "Scratch.App.Outer.Device<int>.Nested<Scratch.App.Device>")]
    [InlineData("System.Nullable`1[Scratch.App.Mode][]", "Scratch.App.Mode?[]")]
    public void Names_of_the_ordinary_runtime_read_as_in_CSharp(string name, string expected) =>
        Assert.Equal(expected, RuntimeTypeName.ToCSharp(name));

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("A`1[B")]
    [InlineData("A`1[B]]")]
    [InlineData("A[,x]")]
    public void What_does_not_fit_stays_as_it_is(string name) => Assert.Equal(name, RuntimeTypeName.ToCSharp(name));

    [Fact]
    public void Any_text_gets_some_name_and_never_throws() =>
        Gen.String[Gen.Char["AB`12[],+."], 0, 30]
            .Sample(text => Assert.NotNull(RuntimeTypeName.ToCSharp(text)), iter: 20_000);
}
