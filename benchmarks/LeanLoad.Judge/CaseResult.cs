using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeanLoad.Judge;

/// <summary>What became of a case, as a line of the results' file.</summary>
sealed record CaseResult
{
    public required string Id { get; init; }

    public required string Workload { get; init; }

    public required int LimitMiB { get; init; }

    public required Aim Aim { get; init; }

    public required int Seed { get; init; }

    public required double RampSeconds { get; init; }

    /// <summary>Whether its runs were of programs that nobody had read.</summary>
    public bool IsUnread { get; init; }

    /// <summary>What its name stood for (<see cref="Grid.Edition"/>).</summary>
    public int Edition { get; init; }

    /// <summary>By which it is found again.</summary>
    [JsonIgnore]
    public (string Id, double RampSeconds, bool IsUnread, int Edition) Key => (Id, RampSeconds, IsUnread, Edition);

    public required int Users { get; init; }

    public required long EachBytes { get; init; }

    /// <summary>With the guard off and more room than it needs, to size it by; null where it was not asked.</summary>
    public RunOutcome? Free { get; init; }

    /// <summary>With the guard on and more room than it needs; null where the kernel does not kill it.</summary>
    public RunOutcome? Needed { get; init; }

    public required RunOutcome Off { get; init; }

    public required RunOutcome On { get; init; }

    /// <summary>With the guard on, and users held who do not fit; null where it was not asked.</summary>
    public RunOutcome? Held { get; init; }

    /// <summary>Its guarded runs.</summary>
    [JsonIgnore]
    public IEnumerable<RunOutcome> Guarded => Held is null ? [On] : [On, Held];

    /// <summary>
    /// Whether fewer users need less, so that one who holds some back lives: not where each takes more and more, or all
    /// of it at once, nor where the limit comes down upon those who are there.
    /// </summary>
    [JsonIgnore]
    public bool CanBeHeld => Kind.Grows is Growth.WithUsers or Growth.Connections or Growth.Sockets;

    /// <summary>
    /// Seconds from the ramp's start to its second user who grows: before, nobody can know what each takes.
    /// </summary>
    [JsonIgnore]
    public double KnowableAt => (Kind.FirstWhoGrows(Users) + 1) * RampSeconds / Users;

    /// <summary>What the case really is.</summary>
    [JsonIgnore]
    public Truth Truth =>
        Off.IsKilled ? Truth.Killed
        : Off.Peak > LimitMiB * 0.95 * 1048576 ? Truth.Edge
        : Off.Peak >= LimitMiB * 0.85 * 1048576 ? Truth.Near
        : Truth.Comfortable;

    /// <summary>
    /// The guarded run that reached its peak, whose projections are held against it; null where there is none.
    /// </summary>
    [JsonIgnore]
    public RunOutcome? Reached => Needed ?? (On.ExitCode == 0 ? On : null);

    /// <summary>
    /// Whether it says nothing: the machine was so busy that the run with the guard off ended before its users were in.
    /// </summary>
    [JsonIgnore]
    public bool IsVoid => !Off.IsKilled && (Off.Plateaus.Count == 0 || Off.Plateaus[^1].Users < Users);

    /// <summary>Whether the guard ended it.</summary>
    [JsonIgnore]
    public bool IsStopped => On.ExitCode == 86;

    Workload Kind => LeanLoad.Judge.Workload.All.First(one => one.Name == Workload);

    public string ToLine() => JsonSerializer.Serialize(this, Options);

    public static CaseResult? OfLine(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<CaseResult>(line, Options);
        }
        catch (JsonException)
        {
            return null; // The line that was being written when somebody ended the judge: that case runs again.
        }
    }

    static readonly JsonSerializerOptions Options = new() { Converters = { new JsonStringEnumConverter() } };
}

/// <summary>What a case is by the kernel's judgement of the run with the guard off.</summary>
enum Truth
{
    Comfortable,

    /// <summary>At 85 to 95 % of the limit.</summary>
    Near,

    /// <summary>Above 95 % and alive: by luck, and no guard could know.</summary>
    Edge,

    Killed,
}
