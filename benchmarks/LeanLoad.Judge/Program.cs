using System.CommandLine;
using LeanLoad.Judge;
using LeanLoad.Profiler.Agents;

var seeds = new Option<int>("--seeds") { Description = "Cases of each kind.", DefaultValueFactory = _ => 1 };
var first = new Option<int>("--first-seed") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
var limits = new Option<int[]>("--limits")
{
    Description = "MiB.",
    DefaultValueFactory = _ => Grid.Limits,
    AllowMultipleArgumentsPerToken = true,
};
var names = new Option<string[]>("--workloads")
{
    Description = "By name; default: all.",
    DefaultValueFactory = _ => [],
    AllowMultipleArgumentsPerToken = true,
};
names.AcceptOnlyFromAmong([.. Workload.All.Select(static one => one.Name)]);
var aims = new Option<Aim[]>("--aims")
{
    Description = "Comfortable, Near or Over; default: all.",
    DefaultValueFactory = _ => Enum.GetValues<Aim>(),
    AllowMultipleArgumentsPerToken = true,
};
var cases = new Option<string[]>("--cases")
{
    Description = "These alone, by the names that the judge gives them: lowered-48-over-7.",
    DefaultValueFactory = _ => [],
    AllowMultipleArgumentsPerToken = true,
};
cases.Validators.Add(given =>
{
    foreach (var token in given.Tokens.Where(static one => !Grid.TryName(one.Value, 1, out _)))
    {
        given.AddError($"--cases {token.Value} is no case; one is named WORKLOAD-LIMIT-AIM-SEED: lowered-48-over-7.");
    }
});
var ramp = new Option<double>("--ramp") { Description = "Seconds that a ramp takes.", DefaultValueFactory = _ => 4 };
var parallel = new Option<int>("--parallel")
{
    Description = "Cases at a time.",
    DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount),
};
var agent = new Option<string>("--agent")
{
    Description = "The hungry load file, or what was published of it.",
    DefaultValueFactory = _ => "tests/LeanLoad.HungryLoad",
};
var hold = new Option<bool>("--hold")
{
    Description = "Whether each case runs with --over-memory hold, too: one run more.",
    DefaultValueFactory = _ => true,
};
var results = new Option<string>("--results")
{
    Description = "A line of JSON for each case; those that are there already are not run again.",
    DefaultValueFactory = _ => "judge.jsonl",
};
var json = new Option<string?>("--json") { Description = "Where the findings go, as JSON." };
var guest = new Option<bool>("--guest")
{
    Description = "In a Linux guest (Debian's user-mode-linux), whose memory is on cgroup v2; one case at a time.",
    Arity = ArgumentArity.Zero,
};
var unread = new Option<bool>("--unread")
{
    Description = "Each run is of a copy of the agent that nobody has read, so that its pages are charged to it, as "
        + "a container's are.",
    Arity = ArgumentArity.Zero,
};
var replay = new Option<bool>("--replay")
{
    Description = "Runs nothing: projects anew, by the model as it is now, from what --results holds.",
};
var command =
    new RootCommand("Runs the native agent in memory cgroups with its guard off and on; the kernel is the judge.")
{
    seeds, first, limits, names, aims, cases, ramp, hold, parallel, agent, results, json, replay, guest, unread,
};
command.SetAction(async (parsed, cancel) =>
{
    IReadOnlyList<CaseResult> judged;
    try
    {
        if (parsed.GetValue(guest)) return await JudgeInGuestAsync(parsed, cancel);
        judged = parsed.GetValue(replay)
            ? [.. Court.OfLatestEdition(parsed.GetValue(results)!).Select(Replay.Anew)]
            : await JudgeAsync(parsed, cancel);
    }
    catch (AgentException problem)
    {
        Console.Error.WriteLine(problem.Message);
        return problem.ExitCode;
    }

    FindingsText.Write(Console.Out, judged);
    if (parsed.GetValue(json) is { } file) FindingsJson.Write(file, judged);
    var (found, held) = (new Findings(judged), new HoldFindings(judged));
    return found.Killed.Concat(found.Broken).Concat(found.StoodStill).Concat(held.Killed).Concat(held.Broken).Any()
        ? 1 : 0;
});
return await command.Parse(args).InvokeAsync();

async Task<IReadOnlyList<CaseResult>> JudgeAsync(ParseResult parsed, CancellationToken cancel)
{
    var binary = await AgentBinary.ResolveAsync(parsed.GetValue(agent)!, Console.Error.WriteLine, cancel);
    var court = new Court(
        binary.Path, parsed.GetValue(results)!, parsed.GetValue(parallel), Console.Error, parsed.GetValue(hold),
        parsed.GetValue(unread));
    return await court.JudgeAsync([.. Chosen(parsed)], cancel);
}

// The same command there; the agent is published here, where that does not take ten minutes.
async Task<int> JudgeInGuestAsync(ParseResult parsed, CancellationToken cancel)
{
    var binary = await AgentBinary.ResolveAsync(parsed.GetValue(agent)!, Console.Error.WriteLine, cancel);
    var same = args.Where(static one => one != "--guest").ToList();
    if (same.IndexOf("--agent") is >= 0 and var at) same.RemoveRange(at, 2);
    return await Guest.JudgeAsync([.. same, "--agent", binary.Path], Console.Out, cancel);
}

IEnumerable<Case> Chosen(ParseResult parsed)
{
    var seconds = parsed.GetValue(ramp);
    var named = parsed.GetValue(cases)!;
    if (named.Length > 0)
    {
        return named.SelectMany<string, Case>(one => Grid.TryName(one, seconds, out var found) ? [found] : []);
    }

    var chosen = parsed.GetValue(names)!;
    return Grid.Cases([.. Workload.All.Where(one => chosen.Length == 0 || chosen.Contains(one.Name))],
        parsed.GetValue(limits)!, parsed.GetValue(first), parsed.GetValue(seeds), seconds, Cage.LimitsSockets())
        .Where(one => parsed.GetValue(aims)!.Contains(one.Aim));
}
