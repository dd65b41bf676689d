using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class GovernorTests
{
    // Base 4 MiB, 2 MiB a user, exactly: 40 users need 88 MiB.
    static readonly Projection Story = Plateaus.Project(Plateaus.Linear(8, start: 4, managed: 2), planned: 40);

    [Theory]
    // Budget, room of an enclosing limit, in use, admitted, new limit hits, projection known, policy: decision and how
    // far ahead.
    [InlineData(null, null, 500, 8, 9, true, "Stop", "Admit", "None")]
    [InlineData(128, null, 20, 8, 0, true, "Stop", "Admit", "None")]
    [InlineData(64, null, 20, 8, 0, true, "Stop", "Stop", "Projection")]
    [InlineData(64, null, 20, 8, 0, true, "Hold", "Admit", "Projection")]
    [InlineData(64, null, 60, 28, 0, true, "Hold", "Hold", "Projection")]
    [InlineData(64, null, 20, 40, 0, true, "Stop", "Admit", "None")]
    [InlineData(64, null, 20, 2, 0, false, "Stop", "Admit", "None")]
    [InlineData(64, null, 62.5, 2, 0, false, "Stop", "Stop", "Headroom")]
    // All are in: half of the reserve is what the heap's own limit keeps away from.
    [InlineData(64, null, 63.2, 40, 0, true, "Hold", "Stop", "Headroom")]
    [InlineData(64, null, 62.5, 40, 0, true, "Hold", "Admit", "None")]
    [InlineData(64, null, 62.5, 2, 1, false, "Hold", "Stop", "Wall")]
    [InlineData(64, null, 59, 2, 93, false, "Hold", "Admit", "None")]
    [InlineData(64, null, 30, 2, 1, false, "Stop", "Admit", "None")]
    [InlineData(128, 0.9, 20, 2, 0, false, "Stop", "Stop", "Headroom")]
    [InlineData(null, 200.0, 20, 8, 0, true, "Stop", "Admit", "None")]
    [InlineData(null, 30.0, 20, 8, 0, true, "Stop", "Stop", "Projection")]
    [InlineData(null, -3.0, 20, 8, 0, true, "Hold", "Stop", "Headroom")]
    // Within the interval of 40 users (88 MiB ± some 4): they go on as long as the next one is covered.
    [InlineData(89, null, 24, 10, 0, true, "Stop", "Admit", "None")]
    [InlineData(89, null, 87, 38, 0, true, "Stop", "Stop", "Headroom")]
    [InlineData(86, null, 82, 39, 0, true, "Hold", "Hold", "Headroom")]
    public void Admits_holds_or_stops(
        object? budget, object? room, double used, int admitted, int hits, bool isProjected, string policy,
        string decision, string tier)
    {
        var found = Governor.Decide(new Situation
        {
            Reading = new MemoryReading { Unreclaimable = Bytes.FromMiB(used), Room = MiB(room) },
            Projection = isProjected ? Story : null,
            Budget = MiB(budget),
            Planned = 40,
            Admitted = admitted,
            AtRest = admitted,
            NewLimitHits = hits,
            Policy = Enum.Parse<OverMemory>(policy),
        });
        Assert.Equal((decision, tier), (found.Admission.ToString(), found.Tier.ToString()));
        Assert.Equal(tier == "None", found.Reason.Length == 0);
    }

    [Theory]
    // Users of 200 let in and at the last rest, MiB in use: 10 users hold 24, up to 6 of garbage, and the line is good
    // to some 3. What is more than that is read at rest, but not after each of so many.
    [InlineData(18, 8, 45, "Admit")]
    [InlineData(18, 8, 60, "Measure")]
    [InlineData(18, 18, 60, "Admit")]
    [InlineData(18, 15, 60, "Admit")]
    public void What_is_more_than_was_foretold_of_those_who_are_there_is_read_at_rest(
        int admitted, int atRest, double used, string decision) =>
        Assert.Equal(decision, Governor.Decide(new Situation
        {
            Reading = new MemoryReading { Unreclaimable = Bytes.FromMiB(used) },
            Projection = Plateaus.Project(Plateaus.Linear(8, start: 4, managed: 2), planned: 200),
            Budget = Bytes.FromMiB(1024),
            Planned = 200,
            Admitted = admitted,
            AtRest = atRest,
        }).Admission.ToString());

    [Theory]
    [InlineData(3, "Admit")]
    [InlineData(4, "Stop")]
    public void By_three_users_nobody_is_refused_who_has_room(int users, string decision)
    {
        var last = new MemoryReading
        {
            Unreclaimable = Bytes.FromMiB(4 + 2 * users),
            Live = Bytes.FromMiB(0.5 + 2 * users),
        };
        var ramp = Plateaus.Linear(2, start: 4, managed: 2).Append(new Plateau(users, TimeSpan.Zero, last)).ToList();
        Assert.Equal(decision, Governor.Decide(new Situation
        {
            Reading = last,
            Projection = Plateaus.Project(ramp, planned: 40),
            Budget = Bytes.FromMiB(64),
            Planned = 40,
            Admitted = users,
            AtRest = users,
            MostPerUser = Bytes.FromMiB(2),
        }).Admission.ToString());
    }

    [Theory]
    [InlineData(16, "Admit")]
    [InlineData(17, "Measure")]
    public void After_a_step_the_next_users_are_read_at_rest_too(int admitted, string decision)
    {
        var ramp = Plateaus.Linear(16, start: 4, managed: 0.5, noise: users => users == 16 ? 20 : 0);
        Assert.Equal(decision, Governor.Decide(new Situation
        {
            Reading = new MemoryReading { Unreclaimable = Bytes.FromMiB(32) },
            Projection = Plateaus.Project(ramp, planned: 32),
            Budget = Bytes.FromMiB(1024),
            Planned = 32,
            Admitted = admitted,
            AtRest = 16,
        }).Admission.ToString());
    }

    [Theory]
    // MiB in use of 64 after two users of 8 MiB each, where sixteen before them took half a one: whether the next is
    // let in. What is in use may be garbage: before somebody is refused, it is read at rest.
    [InlineData(18, 18, 30, "Admit")]
    [InlineData(19, 18, 57, "Measure")]
    [InlineData(19, 19, 57, "Hold")]
    public void Since_a_step_the_next_user_is_taken_for_one_of_those_after_it(
        int admitted, int atRest, double used, string decision)
    {
        var ramp = Plateaus.Linear(16, start: 4, managed: 0.5);
        for (var heavy = 1; heavy <= 2; heavy++)
        {
            ramp.Add(new Plateau(16 + heavy, TimeSpan.FromSeconds(16 + heavy), new MemoryReading
            {
                Unreclaimable = Bytes.FromMiB(12 + 8 * heavy),
                Live = Bytes.FromMiB(8.5 + 8 * heavy),
                Kernel = Bytes.FromMiB(0.2),
            }));
        }

        Assert.Equal(decision, Governor.Decide(new Situation
        {
            Reading = new MemoryReading { Unreclaimable = Bytes.FromMiB(used) },
            Projection = Plateaus.Project(ramp, planned: 24),
            Budget = Bytes.FromMiB(64),
            Planned = 24,
            Admitted = admitted,
            AtRest = atRest,
            Policy = OverMemory.Hold,
        }).Admission.ToString());
    }

    [Theory]
    // MiB asked for in a limit of 64, of the program's own pages there: users of 2 MiB that are held, of 40.
    [InlineData(null, 0, 26)]
    [InlineData(null, 4, 24)]
    [InlineData(60, 4, 24)]
    [InlineData(40, 4, 14)]
    [InlineData(40, 0, 14)]
    public void Held_are_as_many_as_leave_the_programs_own_pages_where_they_are(object? asked, int own, int held)
    {
        var admitted = 8;
        while (Of(admitted).Admission == Admission.Admit) admitted++;

        Assert.Equal((Admission.Hold, held), (Of(admitted).Admission, admitted));
        // What was asked for leaves them their room anyhow, in a limit that is larger.
        Assert.Equal(own > 0 && asked is null, Of(admitted).Reason.EndsWith(
            "the limit is 64.0 MiB, of which the program's own pages take 4.0 MiB", StringComparison.Ordinal));

        Decision Of(int admitted) => Governor.Decide(new Situation
        {
            Reading = new MemoryReading
            {
                Unreclaimable = Bytes.FromMiB(4 + 2 * admitted),
                Limit = Bytes.FromMiB(64),
                Room = Bytes.FromMiB(60 - 2 * admitted),
            },
            Projection = Story,
            Budget = MiB(asked),
            OwnPages = Bytes.FromMiB(own),
            Planned = 40,
            Admitted = admitted,
            AtRest = admitted,
            Policy = OverMemory.Hold,
        });
    }

    [Theory]
    // Starts under way, MiB in use of 128, of which users keep 2 each and starts hold half a MiB; policy: decision.
    [InlineData(0, 100, "Stop", "Admit")]
    [InlineData(3, 100, "Stop", "Admit")]
    [InlineData(20, 100, "Stop", "Wait")]
    [InlineData(20, 40, "Stop", "Admit")]
    [InlineData(20, 100, "Hold", "Wait")]
    // One that could not start alone waits for nobody.
    [InlineData(20, 126, "Stop", "Stop")]
    [InlineData(20, 100, "Ignore", "Admit")]
    public void Users_wait_while_those_who_start_may_use_up_the_room(
        int starting, double used, string policy, string decision)
    {
        var ramp = Plateaus.Linear(16, start: 4, managed: 2).Select(static plateau =>
            plateau with { Starts = new StartsUnderWay(8, Bytes.FromMiB(0.5)) }).ToList();
        var now = new Situation
        {
            Reading = new MemoryReading { Unreclaimable = Bytes.FromMiB(used) },
            Projection = Plateaus.Project(ramp, planned: 40),
            Budget = Bytes.FromMiB(128),
            Planned = 40,
            Admitted = 16 + starting,
            AtRest = 16 + starting,
            Starting = starting,
            Policy = Enum.Parse<OverMemory>(policy),
        };
        var found = Governor.Decide(now);
        Assert.Equal(decision, found.Admission.ToString());
        if (decision == "Wait") Assert.Equal("20 users are starting, which may take up to 58.3 MiB more with the next, "
            + "and 28.0 MiB are left: users are let in as starts end, more slowly than asked.",
            Governor.TellCrowding(now));
    }

    [Fact]
    public void Before_anything_can_be_projected_starts_count_by_the_most_that_a_user_added()
    {
        var now = new Situation
        {
            Reading = new MemoryReading { Unreclaimable = Bytes.FromMiB(40) },
            Budget = Bytes.FromMiB(64),
            Planned = 40,
            Admitted = 4,
            MostPerUser = Bytes.FromMiB(8),
            Starting = 1,
        };
        Assert.Equal(Admission.Admit, Governor.Decide(now).Admission);
        Assert.Equal(Admission.Wait, Governor.Decide(now with { Starting = 2 }).Admission);
    }

    [Theory]
    // Least and typical growth in KiB/s, MiB in use of 64, seconds until the end: decision, how far ahead, and what
    // is told.
    [InlineData(100, 200, 30, null, "Admit", "None", "will be met in about 171 s")]
    [InlineData(100, 200, 60, null, "Admit", "None", "will be met in about 16 s")]
    [InlineData(100, 200, 61, null, "Stop", "Growth", "will be met in about 10 s")]
    // The least of it is used up only after the end.
    [InlineData(100, 200, 61, 15.0, "Admit", "None", null)]
    [InlineData(100, 200, 61, 60.0, "Stop", "Growth", "will be met in about 10 s")]
    [InlineData(null, null, 60, null, "Admit", "None", null)]
    public void What_grows_while_users_stay_the_same_is_told_early_and_stopped_late(
        object? least, object? typical, double used, object? remaining, string decision, string tier, string? told)
    {
        var now = new Situation
        {
            Reading = new MemoryReading { Unreclaimable = Bytes.FromMiB(used) },
            Budget = Bytes.FromMiB(64),
            Planned = 40,
            Admitted = 40,
            Leak = least is int low && typical is int slope
                ? new Leak(low * 1024.0, slope * 1024.0, slope * 2048.0, TimeSpan.FromSeconds(20)) : null,
            Remaining = remaining is double seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
        // Also where those that fit are held: to hold them longer would not make them fit.
        foreach (var policy in new[] { OverMemory.Stop, OverMemory.Hold })
        {
            var found = Governor.Decide(now with { Policy = policy });
            Assert.Equal((decision, tier), (found.Admission.ToString(), found.Tier.ToString()));
        }

        Assert.Equal(tier == "Growth", Governor.IsFilling(now));
        if (told is null) Assert.Null(Governor.Foretell(now));
        else Assert.Contains(told.Replace("171 s", "3 min"), Governor.Foretell(now), StringComparison.Ordinal);
    }

    [Theory]
    // Policy: who was refused memory, how long the collector took; the decision.
    [InlineData("Stop", "HubUser", 0, "Stop")]
    [InlineData("Hold", "HubUser", 0, "Stop")]
    [InlineData("Hold", null, 0.9, "Stop")]
    [InlineData("Ignore", "HubUser", 0.9, "Admit")]
    [InlineData("Stop", null, 0, "Admit")]
    public void Memory_that_was_refused_or_a_heap_that_only_collects_ends_the_run_whatever_room_there_seems_to_be(
        string policy, string? refused, double collecting, string decision)
    {
        var found = Governor.Decide(new Situation
        {
            Reading = new MemoryReading { Unreclaimable = Bytes.FromMiB(20) },
            Budget = Bytes.FromMiB(128),
            Planned = 40,
            Admitted = 40,
            OutOfMemoryAt = refused,
            CollectorShare = collecting,
            Policy = Enum.Parse<OverMemory>(policy),
        });
        Assert.Equal((decision, decision == "Stop" ? "Wall" : "None"),
            (found.Admission.ToString(), found.Tier.ToString()));
    }

    [Theory]
    // Budget, in use, admitted, of which at the last rest.
    [InlineData(64, 50, 29, 8, "Measure")]
    [InlineData(64, 50, 29, 29, "Hold")]
    [InlineData(128, 30, 10, 8, "Admit")]
    [InlineData(96, 94, 38, 37, "Measure")]
    [InlineData(96, 94, 38, 38, "Hold")]
    public void Memory_is_read_at_rest_before_anybody_is_refused(
        int budget, double used, int admitted, int atRest, string decision)
    {
        var found = Governor.Decide(new Situation
        {
            Reading = new MemoryReading { Unreclaimable = Bytes.FromMiB(used) },
            Projection = Story,
            Budget = Bytes.FromMiB(budget),
            Planned = 40,
            Admitted = admitted,
            AtRest = atRest,
            Policy = OverMemory.Hold,
        });
        Assert.Equal(decision, found.Admission.ToString());
    }

    [Fact]
    public void Never_admits_a_user_whom_the_upper_bound_does_not_cover()
    {
        for (var budget = 24; budget < 130; budget++)
        {
            for (var admitted = 0; admitted < 40; admitted++)
            {
                foreach (var policy in new[] { OverMemory.Stop, OverMemory.Hold })
                {
                    var decision = Governor.Decide(new Situation
                    {
                        Reading = new MemoryReading { Unreclaimable = Bytes.FromMiB(4 + admitted * 2) },
                        Projection = Story,
                        Budget = Bytes.FromMiB(budget),
                        Planned = 40,
                        Admitted = admitted,
                        Policy = policy,
                    });
                    var isCovered = Story.NeedAt(admitted + 1).Upper <= Bytes.FromMiB(budget);
                    Assert.False(decision.Admission == Admission.Admit && !isCovered,
                        $"{budget} MiB, {admitted} admitted, {policy}");
                }
            }
        }
    }

    [Theory]
    [InlineData(8, 14, "Admit")]
    [InlineData(8, 18, "Stop")]
    public void Without_a_projection_the_next_user_may_need_what_the_dearest_needed(
        double most, double used, string expected)
    {
        var decision = Governor.Decide(new Situation
        {
            Reading = new MemoryReading { Unreclaimable = Bytes.FromMiB(used) },
            Budget = Bytes.FromMiB(24),
            Planned = 40,
            Admitted = 2,
            MostPerUser = Bytes.FromMiB(most),
        });
        Assert.Equal(expected, decision.Admission.ToString());
    }

    static Bytes? MiB(object? amount) =>
        amount is null ? null
            : Bytes.FromMiB(Convert.ToDouble(amount, System.Globalization.CultureInfo.InvariantCulture));
}
