using System.Text;
using LeanLoad.Benchmarking.Targets;
using Xunit;

namespace LeanLoad.Tests.Benchmarking;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("/", "/", true)]
    [InlineData("/", "/a", false)]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/a/", false)]
    [InlineData("/a", "/ab", false)]
    [InlineData("/a", "", false)]
    [InlineData("/v2/{repository}/manifests/{digest}", "/v2/library%2Falpine/manifests/sha256:0", true)]
    [InlineData("/v2/{repository}/manifests/{digest}", "/v2/library/alpine/manifests/sha256:0", false)]
    [InlineData("/v2/{repository}/manifests/{digest}", "/v2//manifests/sha256:0", false)]
    [InlineData("/v2/{repository}/manifests/{digest}", "/v2/alpine/manifests", false)]
    public void A_segment_in_braces_stands_for_any_one(string pattern, string path, bool matches) =>
        Assert.Equal(matches, PathPattern.Parse(pattern).Matches(Encoding.ASCII.GetBytes(path)));
}
