namespace LeanLoad.Diagnostics;

/// <summary>The first byte of a record. The fields follow in the order of the table, each as its type says.</summary>
/// <remarks>
/// <code>
/// type   bytes
/// u      unsigned LEB128 varint, 1 to 10 bytes
/// i      signed, zigzag (0, -1, 1, -2, …), then u
/// d      IEEE 754 double, 8 bytes, little endian
/// b      0 or 1, one byte
/// s      u length in bytes, then UTF-8
/// t      u microseconds since the run started
/// x?     b whether there is one, then x: unknown is never 0
/// x*     u count, then so many x
/// h      histogram: u sum (us), u min, u max, u clamped, then pairs (u index minus the one before, u count) until
///        a difference of 0; the one before the first is -1
/// m      memory: u bits (below), then i each: unreclaimable, anonymous, resident, live, committed, allocated,
///        collections, then of those the bits say are known: 1 charged, 2 kernel, 4 sockets, 8 limit, 16 limit hits;
///        of a plateau also 64 excess, 128 transient, 256 large objects (i live, i allocated),
///        512 starts under way (u most, i held by each); bit 32: it is an estimate
///
///  1 RunStarted      u contract, s agent version, u pid, i started at (unix ms), s scenario, u users,
///                    d ramp (users/s), t? duration, u? iterations, i? budget, s budget's source, i? limit, u loops,
///                    u seed, (s class, u planned)*, (s option, s value)*
///  2 ScopeDefined    u id, u kind, s name
///  3 RequestDefined  u id, s name
///  4 PhaseChanged    t at, u phase
///  5 Tick            t at, u users planned, u admitted, u running, u stopped, u failed, u iterations, u requests,
///                    u failures, u in flight, m
///  6 ScopeCharged    t at, u loop, u scope, i bytes, i entries: totals since the start
///  7 RequestDelta    t at, u name, u requests, u failures, u bytes, u bits (1 response, 2 service of its own), h…
///  8 FailureSeen     t at, u name, u kind, u count, s? example
///  9 PlateauReached  t at, u users, m
/// 10 Projected       t at, u planned users, i expected, i lower, i upper, u? users that fit
/// 11 Warning         t at, s code, s text
/// 12 RunEnded        t at, i exit code, s verdict, b complete
/// 13 IterationDelta  t at, u scope, u iterations, u failures, b has times, h
/// 20 WindowOpened    t at, u window, u epoch, u kind
/// 21 WindowSummed    u window, u epoch, u kind, b joined, t began, t ended, d mean users, u requests, u failures,
///                    u iterations, t iteration time, t pause time, b has service times of its own, h response, h?
/// 22 GeneratorSummed h slip, h turns, t load, t cpu, t busiest loop, t? throttled
/// 23 ThresholdJudged s text, b failed, s actual
/// 24 Explained       s sentence
/// 25 FailureSpan     u name, u kind, t first, t last
/// 26 BooksKept       t at, of iterations u planned, u done, u failed, u late, u dropped, u cut, u in flight
/// 27 ScenarioDefined u index, s name, b open, u users, t after, t? duration, (u scope)*
/// 28 ScenarioKept    u index, u running, then as BooksKept, t? ended
/// 29 MemoryDetailed  of the tick that follows: i? proportional, i fragmented, i? gen0 budget, t? stalled,
///                    i? watchers' buffers, i? bootstrap child
/// 30 ScenarioPeak    u index, u most users at a time
/// 31 BudgetChanged   t at, i? budget, s budget's source, i? limit
/// 32 MemoryKept      of the tick that follows: i kept, i at most, i of it managed
/// </code>
/// New fields are appended to a record and new kinds to the table: an older reader skips what it does not know.
/// </remarks>
enum RecordKind : byte
{
    /// <summary>No record begins with 0.</summary>
    None,

    /// <inheritdoc cref="Diagnostics.RunStarted"/>
    RunStarted = 1,

    /// <inheritdoc cref="Diagnostics.ScopeDefined"/>
    ScopeDefined = 2,

    /// <inheritdoc cref="Diagnostics.RequestDefined"/>
    RequestDefined = 3,

    /// <inheritdoc cref="Diagnostics.PhaseChanged"/>
    PhaseChanged = 4,

    /// <inheritdoc cref="Diagnostics.Tick"/>
    Tick = 5,

    /// <inheritdoc cref="Diagnostics.ScopeCharged"/>
    ScopeCharged = 6,

    /// <inheritdoc cref="Diagnostics.RequestDelta"/>
    RequestDelta = 7,

    /// <inheritdoc cref="Diagnostics.FailureSeen"/>
    FailureSeen = 8,

    /// <inheritdoc cref="Diagnostics.PlateauReached"/>
    PlateauReached = 9,

    /// <inheritdoc cref="Diagnostics.Projected"/>
    Projected = 10,

    /// <inheritdoc cref="Diagnostics.Warning"/>
    Warning = 11,

    /// <inheritdoc cref="Diagnostics.RunEnded"/>
    RunEnded = 12,

    /// <inheritdoc cref="Diagnostics.IterationDelta"/>
    IterationDelta = 13,

    /// <inheritdoc cref="Diagnostics.ConnectionDelta"/>
    ConnectionDelta = 14,

    /// <inheritdoc cref="Diagnostics.WindowOpened"/>
    WindowOpened = 20,

    /// <inheritdoc cref="Diagnostics.WindowSummed"/>
    WindowSummed = 21,

    /// <inheritdoc cref="Diagnostics.GeneratorSummed"/>
    GeneratorSummed = 22,

    /// <inheritdoc cref="Diagnostics.ThresholdJudged"/>
    ThresholdJudged = 23,

    /// <inheritdoc cref="Diagnostics.Explained"/>
    Explained = 24,

    /// <inheritdoc cref="Diagnostics.FailureSpan"/>
    FailureSpan = 25,

    /// <inheritdoc cref="Diagnostics.BooksKept"/>
    BooksKept = 26,

    /// <inheritdoc cref="Diagnostics.ScenarioDefined"/>
    ScenarioDefined = 27,

    /// <inheritdoc cref="Diagnostics.ScenarioKept"/>
    ScenarioKept = 28,

    /// <inheritdoc cref="Diagnostics.MemoryDetailed"/>
    MemoryDetailed = 29,

    /// <inheritdoc cref="Diagnostics.ScenarioPeak"/>
    ScenarioPeak = 30,

    /// <inheritdoc cref="Diagnostics.BudgetChanged"/>
    BudgetChanged = 31,

    /// <inheritdoc cref="Diagnostics.MemoryKept"/>
    MemoryKept = 32,
}

/// <summary>One record of the stream.</summary>
interface IRecord
{
    /// <summary>Its first byte.</summary>
    RecordKind Kind { get; }

    /// <summary>Writes its fields, without the first byte.</summary>
    void WriteTo(ref RecordWriter writer);
}

/// <summary>A record of a kind that this version does not know: skipped.</summary>
/// <param name="Kind">Its first byte.</param>
readonly record struct UnknownRecord(RecordKind Kind) : IRecord
{
    void IRecord.WriteTo(ref RecordWriter writer)
    {
    }
}
