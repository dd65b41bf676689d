using System.Text.Json;
using LeanLoad.Diagnostics;

namespace LeanLoad.Profiler.Report.Html;

/// <summary>What the charts' script reads: seconds, users, and MiB, in columns.</summary>
static class ChartData
{
    /// <summary>Points of the projection's band: enough that it looks like a curve.</summary>
    const int BandPoints = 48;

    public static void Write(Utf8JsonWriter json, ProfileResult result, IReadOnlyList<Moment> moments)
    {
        var memory = result.Run.Memory;
        json.WriteStartObject();
        json.WriteNumber("endS", Round(result.Run.Elapsed.TotalSeconds));
        json.WriteNumber("plannedUsers", result.Run.Users.Planned);
        Amount(json, "limitMiB", memory.Limit);
        Amount(json, "budgetMiB", memory.Budget);
        Column(json, "atS", moments, static moment => moment.At.TotalSeconds);
        Column(json, "users", moments, static moment => moment.Users);
        Column(json, "liveMiB", moments, static moment => moment.Live.MiB);
        Column(json, "anonymousMiB", moments, static moment => moment.OtherAnonymous.MiB);
        Column(json, "kernelMiB", moments, static moment => moment.Kernel?.MiB ?? 0);
        Column(json, "otherMiB", moments, static moment => moment.Other.MiB);
        json.WriteBoolean("hasKernel", moments.Any(static moment => moment.Kernel is not null));
        Rows(json, "plateaus", memory.Plateaus,
            static one => [one.At.TotalSeconds, one.Users, one.Reading.Unreclaimable.MiB]);
        Rows(json, "projections", result.Projections,
            static one => [one.At.TotalSeconds, one.Lower.MiB, one.Expected.MiB, one.Upper.MiB]);
        Rows(json, "band", Band(result), static row => row);
        Phases(json, result);
        if (result.Judgement.Verdict.UsersThatFit is { } fit) json.WriteNumber("usersThatFit", fit);
        json.WriteEndObject();
    }

    // Users, lower, expected, upper.
    static IEnumerable<double[]> Band(ProfileResult result)
    {
        if (result.Judgement.Projection is not { } projection) yield break;
        var last = 0;
        for (var point = 0; point <= BandPoints; point++)
        {
            var users = Math.Max(1, (int)Math.Round((double)projection.Planned * point / BandPoints));
            if (users == last) continue;
            last = users;
            var (lower, expected, upper) = projection.At(users);
            yield return [users, lower.MiB, expected.MiB, upper.MiB];
        }
    }

    static void Phases(Utf8JsonWriter json, ProfileResult result)
    {
        json.WriteStartArray("phases");
        foreach (var (phase, at, duration) in result.Run.Phases)
        {
            if (phase == RunPhase.Ended) continue;
            json.WriteStartObject();
            json.WriteString("name", phase.ToString().ToLowerInvariant());
            json.WriteNumber("fromS", Round(at.TotalSeconds));
            json.WriteNumber("toS", Round((at + duration).TotalSeconds));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Rows<T>(Utf8JsonWriter json, string name, IEnumerable<T> rows, Func<T, double[]> cells)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            json.WriteStartArray();
            foreach (var cell in cells(row)) json.WriteNumberValue(Round(cell));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    static void Column(Utf8JsonWriter json, string name, IReadOnlyList<Moment> moments, Func<Moment, double> cell)
    {
        json.WriteStartArray(name);
        foreach (var moment in moments) json.WriteNumberValue(Round(cell(moment)));
        json.WriteEndArray();
    }

    static void Amount(Utf8JsonWriter json, string name, Bytes? amount)
    {
        if (amount is { } known) json.WriteNumber(name, Round(known.MiB));
        else json.WriteNull(name);
    }

    static double Round(double value) => Math.Round(value, 3);
}
