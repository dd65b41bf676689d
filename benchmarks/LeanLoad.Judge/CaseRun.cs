using LeanLoad.Profiler.Agents;

namespace LeanLoad.Judge;

/// <summary>
/// One case from its seed to its result: sized, tried without limit, with the guard off, with the guard on.
/// </summary>
/// <param name="cage">Runs it.</param>
/// <param name="holdsToo">Whether it runs with users held, too.</param>
sealed class CaseRun(CagedRun cage, bool holdsToo)
{
    /// <summary>A limit that no case meets.</summary>
    static readonly Bytes Free = Bytes.FromMiB(2048);

    public async Task<CaseResult> RunAsync(Case one, CancellationToken cancel)
    {
        var sizing = one.Draw();
        RunOutcome? free = null;
        if (one.Aim == Aim.Near)
        {
            free = await cage.RunAsync(one, sizing, Guard.Off, Free, cancel);
            if ((one.Workload.Grows != Growth.Sockets || Cage.LimitsSockets()) && free.AtRest > 0)
            {
                sizing = sizing.MendedBy(new Bytes(free.Peak), new Bytes(free.AtRest) + one.ChildAtRest,
                    one.Workload.Grows == Growth.Connections);
            }
        }

        var off = await cage.RunAsync(one, sizing, Guard.Off, one.Limit, cancel);
        // What it would have needed, with us, is known by nothing else.
        var needed = off.IsKilled ? await cage.RunAsync(one, sizing, Guard.Roomy, Free, cancel) : null;
        return new CaseResult
        {
            Id = one.Id,
            Workload = one.Workload.Name,
            LimitMiB = one.LimitMiB,
            Aim = one.Aim,
            Seed = one.Seed,
            RampSeconds = one.RampSeconds,
            IsUnread = cage.IsUnread,
            Edition = Grid.Edition,
            Users = sizing.Users,
            EachBytes = sizing.Each.Count,
            Free = free,
            Needed = needed,
            Off = off,
            On = await cage.RunAsync(one, sizing, Guard.On, one.Limit, cancel),
            Held = holdsToo ? await cage.RunAsync(one, sizing, Guard.Holding, one.Limit, cancel) : null,
        };
    }
}
