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

    /// <summary>Does what a key asks for.</summary>
    public void Obey(KeyWish wish)
    {
        switch (wish)
        {
            case KeyWish.More or KeyWish.Less:
                foreach (var group in load.Groups) Tell(Change(group, wish == KeyWish.More));
                break;
            case KeyWish.Reset: Tell(load.Reset()); break;
            case KeyWish.Stop: Tell(load.AskToStop("a key")); break;
            case KeyWish.Status: Tell(null); break;
            default: break;
        }
    }

    /// <summary>By a tenth, and users by one at least: whoever has let all go can have them back.</summary>
    string? Change(GroupLoad group, bool isMore)
    {
        var name = group.Group.Name;
        if (group.RateAt(load.Elapsed) is { } rate) return load.SetRate(isMore ? rate * 1.1 : rate / 1.1, name);
        var users = group.UsersAt(load.Elapsed);
        return load.SetUsers(isMore ? users + Math.Max(1, (users + 9) / 10) : users * 10 / 11, name);
    }

    void Tell(string? problem)
    {
        if (problem is not null) log.Warning("{Problem:l}", problem);
        else log.Information("users {Users}, {Rate}, requests {Requests}, epoch {Epoch}", load.Population.Present,
            RateText(), loops.Requests, load.Epoch);
    }

    string RateText() => string.Join(", ", load.Groups.Select(group => group.RateAt(load.Elapsed) is { } rate
        ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.##}/s") : "closed model"));

    string? Do(in ControlCommand command, Utf8JsonWriter reply)
    {
        string? problem = null;
        if (command.Scenario is { } name && load.Find(name, out problem) is null) return problem;
        problem = command.Verb switch
        {
            ControlVerb.Users => load.SetUsers(command.Users, command.Scenario),
            ControlVerb.Rate => load.SetRate(command.PerSecond, command.Scenario),
            ControlVerb.Reset => load.Reset(),
            ControlVerb.Stop => load.AskToStop("the control socket", command.Scenario),
            _ => null,
        };
        if (problem is null) Status(reply, command.Scenario);
        return problem;
    }

    void Status(Utf8JsonWriter reply, string? scenario)
    {
        var books = load.Books();
        reply.WriteString("state", load.IsStopping ? "stopping" : "running");
        reply.WriteNumber("elapsedMs", Math.Round(load.Elapsed.TotalMilliseconds, 1));
        reply.WriteNumber("epoch", load.Epoch);
        // Of one alone, and of the only one, its figures are the reply's own.
        var alone = scenario is null && load.Groups.Count > 1 ? null : load.Find(scenario, out _);
        Users(reply, alone?.Plan.Users ?? load.Population.Planned, alone?.Present ?? load.Population.Present,
            alone?.Running ?? loops.Running);
        if (alone?.RateAt(load.Elapsed) is { } rate) reply.WriteNumber("ratePerSecond", Math.Round(rate, 3));
        reply.WriteNumber("requests", loops.Requests);
        reply.WriteNumber("failures", loops.Failures);
        LoadJson.Books(reply, "iterations", alone is null
            ? books.Aggregate(static (sum, group) => sum + group) : books[alone.Group.Index]);
        if (alone is not null) return;
        reply.WriteStartArray("scenarios");
        foreach (var group in load.Groups)
        {
            reply.WriteStartObject();
            reply.WriteString("scenario", group.Group.Name);
            reply.WriteString("state", group.StateAt(load.Elapsed));
            Users(reply, group.Plan.Users, group.Present, group.Running);
            if (group.RateAt(load.Elapsed) is { } own) reply.WriteNumber("ratePerSecond", Math.Round(own, 3));
            LoadJson.Books(reply, "iterations", books[group.Group.Index]);
            reply.WriteEndObject();
        }

        reply.WriteEndArray();
    }

    static void Users(Utf8JsonWriter reply, int planned, int present, int running)
    {
        reply.WriteStartObject("users");
        reply.WriteNumber("planned", planned);
        reply.WriteNumber("present", present);
        reply.WriteNumber("running", running);
        reply.WriteEndObject();
    }
}
