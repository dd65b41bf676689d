using System.Text;
using System.Text.Json.Serialization;
using CsCheck;
using LeanLoad.Tests.Users;
using Serilog.Core;
using Xunit;

namespace LeanLoad.Tests.Scenarios;

public sealed class FeedTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("ll-feed-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Rows_come_in_order_shared_by_all_users_and_begin_anew()
    {
        var feed = Csv("name,age\nann,1\nbob,2\ncy,3\n");
        var taken = Take(users: 2, iterations: 7, feed);
        Assert.Equal(["ann 1", "bob 2", "cy 3", "ann 1", "bob 2", "cy 3", "ann 1"], taken.Rows);
    }

    [Fact]
    public void A_unique_feed_gives_each_row_once_and_then_its_users_stop()
    {
        var feed = Csv(Numbers(100), FeedOrder.Unique);
        var taken = Take(users: 7, iterations: null, feed);
        Assert.Equal(Enumerable.Range(0, 100).Select(static number => $"n{number} {number}"), taken.Rows.OrderBy(
            static row => int.Parse(row.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal((7, 0, 0, false), (taken.Stopped, taken.Failed, taken.Faults, taken.IsStopping));
    }

    [Fact]
    public void A_feed_that_ends_the_run_says_so()
    {
        var taken = Take(users: 3, iterations: null, Csv(Numbers(10), FeedOrder.Unique, FeedEnd.StopRun));
        Assert.True(taken.IsStopping);
        Assert.EndsWith("rows.csv has given all of its 10 rows", taken.Reason, StringComparison.Ordinal);
        Assert.Equal(10, taken.Rows.Length);
    }

    [Fact]
    public void A_user_that_finds_no_row_in_its_start_has_nothing_to_do_and_has_not_failed()
    {
        var feed = Csv(Numbers(3), FeedOrder.Unique);
        using var town =
            new Town(UserTests.Table(new() { OnStart = user => { feed.Next(user); return default; } }), 1, 100);
        for (var index = 0; index < 5; index++) town.Admit(index);
        town.Until(() => town.Loops.Stopped == 5);
        Assert.Equal((0, 0), (town.Loops.Failed, town.Loops.Running));
        Assert.InRange(town.Run.Groups[0].MostRunning, 1, 3);
    }

    [Theory]
    [InlineData(FeedOrder.Unique)]
    [InlineData(FeedOrder.Sequential)]
    public void Agents_have_parts_that_make_up_the_whole_and_share_no_row(FeedOrder order) =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40]).Where(static (rows, agents) => agents <= rows).Sample(
            (rows, agents) =>
            {
                var path = Write(Numbers(rows));
                var parts = Enumerable.Range(0, agents)
                    .Select(index => Context((index, agents)).Csv(path, Account.Of, order, FeedEnd.StopUser)).ToArray();
                Assert.Equal(rows, parts.Sum(static part => part.Count));
                Assert.InRange(parts.Max(static part => part.Count) - parts.Min(static part => part.Count), 0, 1);
                Assert.Equal(rows, parts.SelectMany(part => Take(1, null, part).Rows).Distinct().Count());
            },
            iter: 12, threads: 1);

    [Fact]
    public void Random_rows_are_each_as_likely_and_the_same_for_the_same_seed()
    {
        var feed = Csv(Numbers(10), FeedOrder.Random);
        var rows = Take(users: 1, iterations: 20_000, feed).Rows;
        var counts = rows.GroupBy(static row => row).Select(static group => group.Count()).ToArray();
        Assert.Equal(10, counts.Length);
        // Four standard deviations of 20,000 draws of one in ten.
        Assert.All(counts, static count => Assert.InRange(count, 2000 - 170, 2000 + 170));
        Assert.Equal(rows[..100], Take(users: 1, iterations: 100, feed).Rows);
    }

    [Theory]
    [InlineData("\uFEFFname,age\r\n\r\nann,1\r\n\r\nbob,2", "ann 1|bob 2")]
    [InlineData("name,age\n\"Lee, \"\"Jo\"\"\",1\n\"two\nlines\",2\n", "Lee, \"Jo\" 1|two\nlines 2")]
    [InlineData("age,name\n7,", " 7")]
    [InlineData("name,age\n\"\",-5\n", " -5")]
    [InlineData("age,name\n2,\"\"\"\"\"\"\n3,\"\n\"\r\n", "\"\" 2|\n 3")]
    public void Files_as_others_write_them_are_read(string text, string rows) =>
        Assert.Equal(rows.Split('|'), Take(1, rows.Count(static letter => letter == '|') + 1, Csv(text)).Rows);

    [Theory]
    [InlineData("name,age\nann,1\nbob\ncy,3\nd,x\n", "line 3: it has 1 field; the header has 2: name, age; PATH, "
        + "line 5: \"x\" in the column age is not a whole number")]
    [InlineData("name,age\n\"two\nlines\",1\nbob,\n", "line 4: \"\" in the column age is not a whole number")]
    [InlineData("name,age\n\"a\"b,1\n", "line 2: text stands behind a closing quote")]
    [InlineData("age,name\n1,ann\n7,\"x\n8,bob\n9,cy\n", "line 3: a quote is not closed")]
    [InlineData("age,name\n7,\"", "line 2: a quote is not closed")]
    [InlineData("age,name\n7,\"x\"\"", "line 2: a quote is not closed")]
    [InlineData("age,name\n1,ann\n2,5\" disk\n3,bob\n", "line 3: a quote is not closed")]
    [InlineData("name,years\nann,1\n", "line 2: there is no column \"age\"; there are name, years")]
    [InlineData("", "is empty")]
    [InlineData("name,age\n", "holds no row below its header")]
    [InlineData("name,name\na,b\n", "the header names the column \"name\" twice")]
    public void Bad_rows_are_named_by_line_before_the_run(string text, string problem)
    {
        var path = Write(text);
        var thrown = Assert.Throws<FeedException>(() => Context().Csv(path, Account.Of));
        Assert.Contains(problem.Replace("PATH", path, StringComparison.Ordinal), thrown.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_says_where_it_was_looked_for()
    {
        var thrown = Assert.Throws<FeedException>(static () => Context().Csv("no-such.csv", Account.Of));
        Assert.StartsWith("no-such.csv can't be read", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(Directory.GetCurrentDirectory(), thrown.Message, StringComparison.Ordinal);
        Assert.Contains("too few for 5 agents", Assert.Throws<FeedException>(() => Context((1, 5))
            .Csv(Write(Numbers(2)), Account.Of)).Message, StringComparison.Ordinal);
        Assert.Contains("would wrap", Assert.Throws<FeedException>(() => Context()
            .Csv(Write(Numbers(2)), Account.Of, FeedOrder.Unique, FeedEnd.Wrap)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lines_are_read_by_their_type_and_bad_ones_named()
    {
        var feed = Context()
            .JsonLines(Write("{\"Name\":\"ann\",\"Age\":1}\n\n{\"Name\":\"bob\",\"Age\":2}"), FeedJson.Default.Account);
        Assert.Equal(["ann 1", "bob 2", "ann 1"], Take(1, 3, feed).Rows);
        var thrown = Assert.Throws<FeedException>(() => Context()
            .JsonLines(Write("{\"Name\":\"ann\"}\n{\"Name\"\nnull\n"), FeedJson.Default.Account));
        Assert.Contains("line 2: ", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("line 3: it is null", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_nobody_checked_is_named_when_it_is_given()
    {
        var feed = Context().Csv(Write("name,age\nann,1\nbob,x\n"), Account.Of, check: false);
        Assert.Equal(1, Take(1, 2, feed).Faults);
    }

    [Fact]
    public void A_row_of_numbers_allocates_nothing()
    {
        var feed = Context().Csv(Write(Numbers(50)), static row => (row.Number("age"), row.Fraction("age")));
        var (before, after) = (0L, 0L);
        var count = 0;
        using var town = new Town(UserTests.Table(new()
        {
            Tasks = [new TaskEntry("Take", 1, [], user =>
            {
                if (count == 200) before = GC.GetAllocatedBytesForCurrentThread();
                feed.Next(user);
                if (count++ == 999) after = GC.GetAllocatedBytesForCurrentThread();
                return default;
            })],
        }), 1, 1000);
        town.Admit(0);
        town.Until(() => town.Loops.Stopped == 1);
        // The histogram of the iterations' own times may grow by a power of two or a few meanwhile.
        Assert.InRange(after - before, 0, 4096);
    }

    Feed<Account> Csv(string text, FeedOrder order = FeedOrder.Sequential, FeedEnd? end = null) =>
        Context().Csv(Write(text), Account.Of, order, end);

    string Write(string text)
    {
        var path = Path.Combine(folder, "rows.csv");
        File.Delete(path);
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }

    static BootstrapContext Context((int, int)? agent = null) => new(null!, Logger.None, agent);

    static string Numbers(int rows) =>
        "name,age\n" + string.Concat(Enumerable.Range(0, rows).Select(static row => $"n{row},{row}\n"));

    static Taken Take(int users, long? iterations, Feed<Account> feed)
    {
        var rows = new List<string>();
        using var town = new Town(UserTests.Table(new()
        {
            Tasks = [new TaskEntry("Take", 1, [], user =>
            {
                rows.Add(feed.Next(user).ToString());
                return default;
            })],
        }), 1, iterations);
        for (var index = 0; index < users; index++) town.Admit(index);
        town.Until(() => town.Loops.Stopped == users);
        return new Taken([.. rows], town.Loops.Stopped, town.Loops.Failed, town.Run.Faults.Count, town.Run.IsStopping,
            town.Run.Asked?.Reason);
    }

    sealed record Taken(string[] Rows, int Stopped, int Failed, int Faults, bool IsStopping, string? Reason);
}

sealed record Account(string Name, long Age)
{
    public static Account Of(CsvRow row) => new(row.Text("name"), row.Number("age"));

    public override string ToString() => $"{Name} {Age}";
}

[JsonSerializable(typeof(Account))]
sealed partial class FeedJson : JsonSerializerContext;
