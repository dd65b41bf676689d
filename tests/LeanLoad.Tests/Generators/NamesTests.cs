using LeanLoad.Generators;
using Xunit;

namespace LeanLoad.Tests.Generators;

public sealed class NamesTests
{
    [Theory]
    [InlineData("HubUser", "hub-user")]
    [InlineData("Url", "url")]
    [InlineData("HTTPProxy", "http-proxy")]
    [InlineData("ImageURL", "image-url")]
    [InlineData("Image_v2", "image-v2")]
    [InlineData("Image_V2", "image-v2")]
    [InlineData("V2Name", "v2-name")]
    [InlineData("_hidden__", "hidden")]
    [InlineData("a__b", "a-b")]
    [InlineData("X", "x")]
    [InlineData("ÄußereZone", "äußere-zone")]
    public void Kebab_case_splits_words_where_a_reader_would(string name, string kebab)
    {
        Assert.Equal(kebab, Names.Kebab(name));
        Assert.True(Names.IsKebab(kebab));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--image")]
    [InlineData("image-")]
    [InlineData("image--name")]
    [InlineData("Image")]
    [InlineData("image_name")]
    [InlineData("image name")]
    [InlineData("image=1")]
    public void What_cannot_follow_two_dashes_is_no_option_name(string name) => Assert.False(Names.IsKebab(name));
}
