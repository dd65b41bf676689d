using LeanLoad.Bootstraps;
using LeanLoad.Cli;
using LeanLoad.Report;
using LeanLoad.Users;

namespace LeanLoad;

/// <summary>
/// <c>--one</c>: one user of each class, each task once in source order, without think time; then a table of what it
/// did. For writing a load file, and for the debugger: while one is attached, nothing has a deadline.
/// </summary>
static class OneUserRun
{
    /// <summary>Runs it on one loop, and reports.</summary>
    public static ExitCode Run(RunRequest request, TextWriter output, StopSignal signal)
    {
        using var log = Logging.Create(request.Options.Log);
        using var loops = RunLoops.Create(request, 1, log);
        var bootstrapper = new Bootstrapper(loops.All[0].Http, log, request.Args, request.Options.Agent);
        try
        {
            bootstrapper.Run(request.Scenario.Bootstraps, request.Scenario.ScopeOf, request.Supplies, signal.Token);
            foreach (var hook in request.Scenario.Started) Hook(hook, signal.Token);
            var steps = new StepTable(loops);
            loops.Run.OnStep = steps.Add;
            foreach (var (plan, index) in request.Scenario.Users.Select(static (plan, index) => (plan, index)))
            {
                RunUser(plan, index);
            }

            foreach (var hook in request.Scenario.Stopped) Hook(hook, CancellationToken.None);
            steps.Write(output, Prose.Columns);
            return signal.Token.IsCancellationRequested ? ExitCode.Interrupted : steps.HasFailure
                ? ExitCode.ThresholdFailed : ExitCode.Passed;
        }
        catch (BootstrapFailure failure)
        {
            output.WriteLine(failure.Message);
            return ExitCode.TargetUnreachable;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }

        void Hook(BootstrapEntry hook, CancellationToken cancel) =>
            bootstrapper.RunOnLoop(hook, request.Scenario.ScopeOf(hook), request.Supplies, cancel);

        void RunUser(UserPlan plan, int index)
        {
            var loop = loops.All[0];
            var gone = loop.Stopped + loop.Failed;
            new Loop.LoopContext(loop.Loop).Post(_ => loop.Admit(plan, index, request.Supplies), null);
            while (loop.Stopped + loop.Failed == gone && !signal.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(1)))
            {
            }
        }
    }
}
