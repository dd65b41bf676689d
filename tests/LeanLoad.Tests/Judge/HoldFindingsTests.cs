using LeanLoad.Judge;
using Xunit;
using static LeanLoad.Tests.Judge.JudgedCases;

namespace LeanLoad.Tests.Judge;

public sealed class HoldFindingsTests
{
    static readonly RunOutcome Held = Run(0, "The peak was 60 MiB of 64 MiB. Held at 7 users: no more fit.");

    /// <summary>A load, its truth by the guard off, its end under hold: what is found wrong.</summary>
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "linear", "killed", "held", "" },
        { "linear", "killed", "passed", "" },
        { "linear", "killed", "stopped", "not held" },
        { "tls", "killed", "stopped", "not held" },
        // More and more with the same users, all at once, a limit that comes down, before the first user: to hold users
        // does not help.
        { "leak", "killed", "stopped", "" },
        { "rush", "killed", "stopped", "" },
        { "lowered", "killed", "stopped", "" },
        { "digested", "killed", "stopped", "" },
        { "leak", "killed", "held", "" },
        { "linear", "comfortable", "passed", "" },
        { "linear", "comfortable", "held", "held falsely" },
        { "linear", "near", "held", "held falsely" },
        { "linear", "near", "stopped", "held falsely" },
        // By luck alive: no guard could know.
        { "linear", "edge", "held", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_load_is_held_where_fewer_users_need_less_and_left_alone_where_it_fits(
        string workload, string truth, string ending, string wrong)
    {
        var off = truth switch
        {
            "killed" => Killed,
            "edge" => Alive(0.97),
            "near" => Alive(0.9),
            _ => Alive(0.5),
        };
        var run = ending switch { "held" => Held, "stopped" => Run(86), _ => Run(0) };

        var found = new HoldFindings([Of(off, Run(86), run with { Peak = 60 << 20 }, workload)]);

        Assert.Equal(wrong == "not held" ? 1 : 0, found.NotHeld.Count());
        Assert.Equal(wrong == "held falsely" ? 1 : 0, found.HeldFalsely.Count());
        Assert.Equal(1, HoldFindings.Rows.Sum(found.Of));
        Assert.Equal(1, HoldFindings.Rows.Sum(row => Enum.GetValues<Ending>().Sum(one => found.Count(row, one))));
    }

    /// <summary>
    /// MiB of 64 at the peak, with users of 5: whether two more would have fitted below three quarters.
    /// </summary>
    [Theory]
    [InlineData(60, false)]
    [InlineData(38, false)]
    [InlineData(37, true)]
    public void A_run_that_is_held_too_early_is_named(int peakMiB, bool isEarly)
    {
        var found = new HoldFindings([Of(Killed, Run(86), Held with { Peak = peakMiB << 20 })]);

        Assert.Equal(isEarly ? 1 : 0, found.HeldEarly.Count());
        Assert.Equal([peakMiB / 64.0], found.Shares);
    }

    [Fact]
    public void Cases_that_did_not_run_under_hold_say_nothing_of_it() =>
        Assert.Equal(0, HoldFindings.Rows.Sum(new HoldFindings([Of(Killed, Run(86))]).Of));
}
