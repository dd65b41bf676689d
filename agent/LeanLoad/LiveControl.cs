using System.Globalization;
using System.Text.Json;
using LeanLoad.Cli;
using LeanLoad.Control;
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
        if (socket is null) signal.WaitHandle.WaitOne(time);
        else socket.Serve(time, Do);
    }

    /// <summary>Answers what has come, and takes nothing more.</summary>
    public void Close() => socket?.Close(Do);

    void Obey(KeyWish wish)
    {
        var step = wish == KeyWish.More ? 1.1 : 1 / 1.1;
        switch (wish)
        {
            case KeyWish.More or KeyWish.Less when load.Plan.Arrivals is { } rate:
                Tell(load.SetRate(rate.LevelAt(load.Elapsed) * step));
                break;
            case KeyWish.More: Tell(load.SetUsers((int)Math.Ceiling(load.Plan.Users * step))); break;
            case KeyWish.Less: Tell(load.SetUsers((int)Math.Floor(load.Plan.Users * step))); break;
            case KeyWish.Reset: Tell(load.Reset()); break;
            case KeyWish.Stop: Tell(load.AskToStop("a key")); break;
            case KeyWish.Status: Tell(null); break;
            default: break;
        }
    }

    void Tell(string? problem)
    {
        if (problem is not null) log.Warning("{Problem:l}", problem);
        else log.Information("{Users} users, {Rate}, {Requests} requests, epoch {Epoch}", load.Population.Present,
            RateText(), loops.Requests, load.Epoch);
    }

    string RateText() => load.Plan.Arrivals is { } rate
        ? string.Create(CultureInfo.InvariantCulture, $"{rate.LevelAt(load.Elapsed):0.##}/s") : "closed model";

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
        var books = load.Books();
        reply.WriteString("state", load.IsStopping ? "stopping" : "running");
        reply.WriteNumber("elapsedMs", Math.Round(load.Elapsed.TotalMilliseconds, 1));
        reply.WriteNumber("epoch", load.Epoch);
        reply.WriteStartObject("users");
        reply.WriteNumber("planned", load.Plan.Users);
        reply.WriteNumber("present", load.Population.Present);
        reply.WriteNumber("running", loops.Running);
        reply.WriteEndObject();
        if (load.Plan.Arrivals is { } rate)
        {
            reply.WriteNumber("ratePerSecond", Math.Round(rate.LevelAt(load.Elapsed), 3));
        }

        reply.WriteNumber("requests", loops.Requests);
        reply.WriteNumber("failures", loops.Failures);
        reply.WriteStartObject("iterations");
        reply.WriteNumber("planned", books.Planned);
        reply.WriteNumber("done", books.Done);
        reply.WriteNumber("failed", books.Failed);
        reply.WriteNumber("late", books.Late);
        reply.WriteNumber("dropped", books.Dropped);
        reply.WriteNumber("cut", books.Cut);
        reply.WriteNumber("inFlight", books.InFlight);
        reply.WriteEndObject();
    }
}
