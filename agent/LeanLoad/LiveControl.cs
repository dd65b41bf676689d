using System.Globalization;
using System.Text.Json;
using LeanLoad.Cli;
using LeanLoad.Control;
using LeanLoad.Report;
using LeanLoad.Users;
using Serilog;

namespace LeanLoad;

/// <summary>
/// Changes to a running load, by the control socket and by keys: each is done at once or refused with a reason. On the
/// control thread.
/// </summary>
sealed class LiveControl(RunningLoad load, LoopSet loops, ControlSocket? socket, ILogger log)
{
    /// <summary>Waits, and does what is asked for meanwhile.</summary>
    public void Wait(TimeSpan time, CancellationToken signal)
    {
        Obey(TerminalKeys.Take());
        if (socket is null && !signal.CanBeCanceled) Thread.Sleep(time);
        else if (socket is null) signal.WaitHandle.WaitOne(time);
        else socket.Serve(time, Do);
    }

    /// <summary>Answers what has come, and takes nothing more.</summary>
    public void Close() => socket?.Close(Do);

    void Obey(KeyWish wish)
    {
        var step = wish == KeyWish.More ? 1.1 : 1 / 1.1;
        switch (wish)
        {
            case KeyWish.More or KeyWish.Less:
                foreach (var group in load.Groups) Tell(Change(group, step));
                break;
            case KeyWish.Reset: Tell(load.Reset()); break;
            case KeyWish.Stop: Tell(load.AskToStop("a key")); break;
            case KeyWish.Status: Tell(null); break;
            default: break;
        }
    }

    string? Change(GroupLoad group, double step)
    {
        var (name, users) = (group.Group.Name, group.Plan.Users * step);
        return group.RateAt(load.Elapsed) is { } rate ? load.SetRate(rate * step, name)
            : load.SetUsers((int)(step > 1 ? Math.Ceiling(users) : Math.Floor(users)), name);
    }

    void Tell(string? problem)
    {
        if (problem is not null) log.Warning("{Problem:l}", problem);
        else log.Information("{Users} users, {Rate}, {Requests} requests, epoch {Epoch}", load.Population.Present,
            RateText(), loops.Requests, load.Epoch);
    }

    string RateText() => string.Join(", ", load.Groups.Select(group => group.RateAt(load.Elapsed) is { } rate
        ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.##}/s") : "closed model"));

    string? Do(in ControlCommand command, Utf8JsonWriter reply)
    {
        var problem = command.Verb switch
        {
            ControlVerb.Users => load.SetUsers(command.Users),
            ControlVerb.Rate => load.SetRate(command.PerSecond),
            ControlVerb.Reset => load.Reset(),
            ControlVerb.Stop => load.AskToStop("the control socket"),
            _ => null,
        };
        if (problem is null) Status(reply);
        return problem;
    }

    void Status(Utf8JsonWriter reply)
    {
        var books = load.Books()[0];
        reply.WriteString("state", load.IsStopping ? "stopping" : "running");
        reply.WriteNumber("elapsedMs", Math.Round(load.Elapsed.TotalMilliseconds, 1));
        reply.WriteNumber("epoch", load.Epoch);
        reply.WriteStartObject("users");
        reply.WriteNumber("planned", load.Population.Planned);
        reply.WriteNumber("present", load.Population.Present);
        reply.WriteNumber("running", loops.Running);
        reply.WriteEndObject();
        if (load.Groups[0].RateAt(load.Elapsed) is { } rate)
        {
            reply.WriteNumber("ratePerSecond", Math.Round(rate, 3));
        }

        reply.WriteNumber("requests", loops.Requests);
        reply.WriteNumber("failures", loops.Failures);
        LoadJson.Books(reply, "iterations", books);
    }
}
