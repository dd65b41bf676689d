using System.Text;
using CsCheck;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Stats;

public sealed class RequestNamesTests
{
    [Fact]
    public void The_same_name_has_the_same_dense_id()
    {
        var names = new RequestNames();
        Assert.Equal([1, 2, 1, 3], new[] { "GET /a", "GET /b", "GET /a", "GET /c" }.Select(name => names.Intern(name)));
        Assert.Equal(4, names.Count);
        Assert.Equal("GET /b", names[2]);
        Assert.Equal(RequestNames.OtherName, names[RequestNames.Other]);
    }

    [Fact]
    public void A_hash_does_not_depend_on_where_the_pieces_were_cut() =>
        Gen.Select(Gen.String, Gen.String, Gen.String).Sample((a, b, c) =>
        default(TemplateHash).Add(a).Add(b).Add(c).Value == TemplateHash.Of(a + b + c).Value);

    [Theory]
    [InlineData("")]
    [InlineData("GET /v2/{repository}/manifests/{digest}")]
    [InlineData("GET /größe/{名前}/😀")]
    public void Utf8_and_characters_give_the_same_hash(string name) =>
        Assert.Equal(TemplateHash.Of(name).Value, default(TemplateHash).AddUtf8(Encoding.UTF8.GetBytes(name)).Value);

    [Fact]
    public void Names_that_differ_in_one_character_have_different_hashes()
    {
        var names = Enumerable.Range(0, 100_000).Select(i => $"GET /v2/{i}/tags").ToList();
        Assert.Equal(names.Count, names.Select(name => TemplateHash.Of(name).Value).Distinct().Count());
    }

    [Fact]
    public void What_exceeds_the_cap_is_other_and_the_first_refused_name_is_kept()
    {
        var names = new RequestNames(capacity: 3);
        for (var i = 1; i <= 3; i++) Assert.Equal(i, names.Intern($"GET /{i}"));
        Assert.Null(names.FirstRefused);
        Assert.Equal(RequestNames.Other, names.Intern("GET /4"));
        Assert.Equal(RequestNames.Other, names.Intern("GET /5"));
        Assert.Equal(2, names.Intern("GET /2"));
        Assert.Equal("GET /4", names.FirstRefused);
        Assert.Equal(4, names.Count);
    }

    [Fact]
    public void Loops_that_add_names_at_the_same_time_agree_on_every_id()
    {
        var names = new RequestNames(capacity: 400);
        var ids = new int[4][];
        var threads = Enumerable.Range(0, ids.Length).Select(loop => new Thread(() =>
            ids[loop] = [.. Enumerable.Range(0, 400).Select(i => names.Intern($"GET /{(i * 7 + loop * 100) % 400}"))]))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        for (var loop = 0; loop < ids.Length; loop++)
        {
            for (var i = 0; i < 400; i++) Assert.Equal($"GET /{(i * 7 + loop * 100) % 400}", names[ids[loop][i]]);
        }

        Assert.Equal(401, names.Count);
        Assert.Null(names.FirstRefused);
    }

    [Fact]
    public void Finding_a_name_allocates_nothing_also_one_that_is_refused()
    {
        var names = new RequestNames(capacity: 1);
        names.Intern("GET /a");
        names.Intern("GET /b");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            names.Intern("GET /a");
            names.Intern("GET /b");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
