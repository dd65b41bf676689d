using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace LeanLoad.Control;

/// <summary>What a command asks for.</summary>
enum ControlVerb : byte
{
    Status,
    Users,
    Rate,
    Reset,
    Stop,
}

/// <summary>One line of the control socket, understood.</summary>
/// <param name="Verb">What it asks for.</param>
/// <param name="Users">From now on so many; of <see cref="ControlVerb.Users"/>.</param>
/// <param name="PerSecond">From now on so many arrivals per second; of <see cref="ControlVerb.Rate"/>.</param>
/// <param name="Scenario">In which of several scenarios; null: in the only one, or in all.</param>
readonly record struct ControlCommand(
    ControlVerb Verb, int Users = 0, double PerSecond = 0, string? Scenario = null)
{
    public const int MostUsers = 1_000_000;
    public const double HighestRate = 1_000_000;

    const string Known = "status, users, rate, reset, stop";

    /// <summary>
    /// Reads <c>{"command":"users","users":100}</c>, <c>{"command":"rate","rate":500}</c> (per second), or a command
    /// alone; an <c>id</c> may stand in each, and a <c>scenario</c> in all but <c>reset</c>.
    /// </summary>
    /// <param name="line">The object.</param>
    /// <param name="command">The command.</param>
    /// <param name="problem">What is wrong, for the reply.</param>
    public static bool TryRead(JsonElement line, out ControlCommand command, [NotNullWhen(false)] out string? problem)
    {
        command = default;
        if (line.ValueKind != JsonValueKind.Object)
        {
            problem = "a command is a JSON object, such as {\"command\":\"status\"}";
            return false;
        }

        if (!line.TryGetProperty("command", out var name) || name.ValueKind != JsonValueKind.String)
        {
            problem = $"\"command\" is missing or no text; it is one of {Known}";
            return false;
        }

        var needed = name.GetString() is "users" or "rate" ? name.GetString() : null;
        foreach (var property in line.EnumerateObject())
        {
            if (property.Name is "command" or "id" || property.Name == needed) continue;
            if (property.Name == "scenario" && name.GetString() is not "reset") continue;
            problem = $"\"{property.Name}\" means nothing to the command \"{name.GetString()}\"";
            return false;
        }

        string? scenario = null;
        if (line.TryGetProperty("scenario", out var which))
        {
            scenario = which.ValueKind == JsonValueKind.String ? which.GetString() : null;
            problem = "\"scenario\" is to be the name of one";
            if (scenario is null) return false;
        }

        problem = null;
        switch (name.GetString())
        {
            case "status": command = new(ControlVerb.Status); break;
            case "reset": command = new(ControlVerb.Reset); break;
            case "stop": command = new(ControlVerb.Stop); break;
            case "users":
                if (TryNumber(line, "users", MostUsers, out var users) && users == Math.Floor(users))
                {
                    command = new(ControlVerb.Users, Users: (int)users);
                }
                else problem = $"\"users\" is to be a whole number from 0 to {MostUsers}";
                break;
            case "rate":
                if (TryNumber(line, "rate", HighestRate, out var rate))
                {
                    command = new(ControlVerb.Rate, PerSecond: rate);
                }
                else problem = $"\"rate\" is to be a number of arrivals per second from 0 to {HighestRate:0}";
                break;
            default:
                problem = $"the command \"{name.GetString()}\" is unknown; there are {Known}";
                break;
        }

        command = command with { Scenario = scenario };
        return problem is null;
    }

    static bool TryNumber(JsonElement line, string name, double most, out double value)
    {
        value = 0;
        return line.TryGetProperty(name, out var given) && given.ValueKind == JsonValueKind.Number
            && given.TryGetDouble(out value) && value >= 0 && value <= most;
    }
}
