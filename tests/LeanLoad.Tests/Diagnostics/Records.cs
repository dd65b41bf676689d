using CsCheck;
using LeanLoad.Diagnostics;
using LeanLoad.Memory;
using LeanLoad.Stats;

namespace LeanLoad.Tests.Diagnostics;

/// <summary>Random records of every kind, with values that a varint likes least.</summary>
static class Records
{
    static readonly Gen<int> Small = Gen.Frequency((3, Gen.Int[0, 300]), (1, Gen.Int[0, int.MaxValue]));
    static readonly Gen<long> Count = Gen.Frequency((3, Gen.Long[0, 300]), (1, Gen.Long[0, 1L << 50]));
    static readonly Gen<Bytes> Amount = Gen.Frequency((3, Gen.Long[-300, 300]), (1, Gen.Long))
        .Select(count => new Bytes(count));
    static readonly Gen<TimeSpan> At = Gen.Long[0, 1L << 50].Select(us => new TimeSpan(us * 10));
    static readonly Gen<string> Text =
        Gen.OneOf(Gen.String.AlphaNumeric, Gen.Int[0, 6].Select(n => string.Concat(Enumerable.Repeat("é€😀 ", n))));

    static readonly Gen<LatencyHistogram> Histogram = Gen.Long[0, 1L << 33].Array[0, 30].Select(times =>
    {
        var histogram = new LatencyHistogram();
        foreach (var us in times) histogram.Record(us);
        return histogram;
    });

    static readonly Gen<MemoryReading> Memory =
        Gen.Select(Amount.Array[10], Gen.Bool.Array[6], Gen.Int, Gen.Long)
            .Select((amounts, bits, collections, hits) => new MemoryReading
            {
                Unreclaimable = amounts[0],
                Anonymous = amounts[1],
                Resident = amounts[2],
                Live = amounts[3],
                Committed = amounts[4],
                Allocated = amounts[5],
                Collections = collections,
                IsEstimate = bits[0],
                Charged = bits[1] ? amounts[6] : null,
                Kernel = bits[2] ? amounts[7] : null,
                Sockets = bits[3] ? amounts[8] : null,
                Limit = bits[4] ? amounts[9] : null,
                LimitHits = bits[5] ? hits : null,
            });

    static readonly Gen<RunStarted> Started =
        Gen.Select(Text.Array[3], Small.Array[4], At, Count, Amount, Gen.Bool.Array[4], Gen.ULong, Gen.Int[0, 5])
            .Select((texts, smalls, duration, iterations, budget, bits, seed, items) => new RunStarted
            {
                ContractVersion = smalls[0],
                AgentVersion = texts[0],
                ProcessId = smalls[1],
                StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(smalls[2] * 1000L),
                Scenario = texts[1],
                PlannedUsers = smalls[3],
                RampPerSecond = bits[0] ? double.PositiveInfinity : seed / 7.0,
                Duration = bits[1] ? duration : null,
                Iterations = bits[2] ? iterations : null,
                Budget = bits[3] ? budget : null,
                BudgetSource = texts[2],
                Limit = bits[0] ? budget : null,
                Loops = smalls[1],
                Seed = seed,
                Classes = [.. Enumerable.Range(0, items).Select(i => new PlannedClass($"{texts[0]}{i}", i))],
                Options = [.. Enumerable.Range(0, items).Select(i => new EffectiveOption($"{texts[1]}{i}", texts[2]))],
            });

    public static readonly Gen<IRecord> Any = Gen.OneOf(
        Started.Select(record => (IRecord)record),
        Gen.Select(Small, Gen.Int[0, 6], Text)
            .Select((id, kind, name) => (IRecord)new ScopeDefined(new(id, (ScopeKind)kind, name))),
        Gen.Select(Small, Text).Select((id, name) => (IRecord)new RequestDefined(id, name)),
        Gen.Select(At, Gen.Int[0, 6]).Select((at, phase) => (IRecord)new PhaseChanged(at, (RunPhase)phase)),
        Gen.Select(At, Small.Array[6], Count.Array[3], Memory).Select((at, users, counts, memory) => (IRecord)new Tick
        {
            At = at,
            UsersPlanned = users[0],
            UsersAdmitted = users[1],
            UsersRunning = users[2],
            UsersStopped = users[3],
            UsersFailed = users[4],
            InFlight = users[5],
            Iterations = counts[0],
            Requests = counts[1],
            Failures = counts[2],
            Memory = memory,
        }),
        Gen.Select(At, Small, Small, Amount, Count)
            .Select((at, loop, id, bytes, entries) => (IRecord)new ScopeCharged(at, loop, id, bytes, entries)),
        Gen.Select(At, Small, Count.Array[3], Histogram, Histogram.Null(), Histogram.Null()).Select(
            (at, name, counts, response, service, firstByte) =>
                (IRecord)new RequestDelta(at, name, counts[0], counts[1], counts[2], response, service, firstByte)),
        Gen.Select(At, Gen.Int[0, 9], Count, Histogram).Select((at, step, reuses, times) =>
            (IRecord)new ConnectionDelta(at, (ConnectionStep)step, reuses, times)),
        Gen.Select(At, Small, Count.Array[2], Histogram).Select((at, scope, counts, time) =>
            (IRecord)new IterationDelta(at, scope, counts[0], counts[1], time)),
        Gen.Select(At, Small, Gen.Int[0, 15], Count, Text.Null()).Select((at, name, kind, count, example) =>
            (IRecord)new FailureSeen(at, name, (FailureKind)kind, count, example)),
        Gen.Select(Small, Gen.Int[0, 15], At, At)
            .Select((name, kind, first, last) => (IRecord)new FailureSpan(name, (FailureKind)kind, first, last)),
        Gen.Select(Amount.Nullable(), Amount, Amount.Nullable(), At.Nullable(), Amount.Array[2], Gen.Bool).Select(
            (proportional, fragmented, budget, stalled, others, isKnown) => (IRecord)new MemoryDetailed(new()
            {
                Proportional = proportional,
                Fragmented = fragmented,
                Gen0Budget = budget,
                Stalled = stalled,
                WatcherBuffer = isKnown ? others[0] : null,
                Child = isKnown ? others[1] : null,
            })),
        Gen.Select(At, Count.Array[7]).Select((at, counts) =>
            (IRecord)new BooksKept(at,
                new(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6]))),
        Gen.Select(Small.Array[2], Text, Gen.Bool.Array[2], At.Array[2], Small.Array[0, 5]).Select(
            (smalls, name, bits, times, tasks) => (IRecord)new ScenarioDefined(
                smalls[0], name, bits[0], smalls[1], times[0], bits[1] ? times[1] : null, tasks)),
        Gen.Select(Small, Small, At.Array[2], Count.Array[7], Gen.Bool).Select((index, running, at, counts, ended) =>
            (IRecord)new ScenarioKept(index, running, new(at[0],
                new(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6])),
                ended ? at[1] : null)),
        Gen.Select(Small, Small).Select((index, most) => (IRecord)new ScenarioPeak(index, most)),
        Gen.Select(At, Amount.Nullable(), Text, Amount.Nullable())
            .Select((at, budget, source, limit) => (IRecord)new BudgetChanged(at, budget, source, limit)),
        Amount.Array[3].Select(amounts => (IRecord)new MemoryKept(new(amounts[0], amounts[1], amounts[2]))),
        Gen.Select(At, Small, Small, Gen.Int[0, 3])
            .Select((at, number, epoch, kind) => (IRecord)new WindowOpened(at, number, epoch, (WindowKind)kind)),
        Gen.Select(Small.Array[2], At.Array[4], Count.Array[3], Gen.Double, Gen.Bool, Histogram, Histogram.Null())
            .Select(
            (smalls, times, counts, users, isJoined, response, service) => (IRecord)new WindowSummed
            {
                Number = smalls[0],
                Epoch = smalls[1],
                Window = WindowKind.Steady,
                IsJoined = isJoined,
                Began = times[0],
                Ended = times[1],
                MeanUsers = users,
                Requests = counts[0],
                Failures = counts[1],
                Iterations = counts[2],
                IterationTime = times[2],
                PauseTime = times[3],
                Response = response,
                Service = service,
            }),
        Gen.Select(Histogram, Histogram, At.Array[4], Gen.Bool).Select((slip, turns, times, isKnown) =>
            (IRecord)new GeneratorSummed(slip, turns, times[0], times[1], times[2], isKnown ? times[3] : null)),
        Gen.Select(Text, Gen.Bool, Text)
            .Select((text, hasFailed, actual) => (IRecord)new ThresholdJudged(text, hasFailed, actual)),
        Text.Select(text => (IRecord)new Explained(text)),
        Gen.Select(At, Small, Memory, Amount.Array[4], Gen.Bool).Select((at, users, memory, amounts, isKnown) =>
            (IRecord)new PlateauReached(
                new(users, at, memory with { Large = new(amounts[0], amounts[1]) })
                {
                    Excess = isKnown ? amounts[2] : null,
                    Transient = isKnown ? amounts[3] : null,
                    Starts = new StartsUnderWay(users, amounts[0]),
                })),
        Gen.Select(At, Small, Amount.Array[3], Small, Gen.Bool).Select((at, users, amounts, fit, isKnown) =>
            (IRecord)new Projected(at, users, amounts[0], amounts[1], amounts[2], isKnown ? fit : null)),
        Gen.Select(At, Text, Text).Select((at, code, text) => (IRecord)new Warning(at, code, text)),
        Gen.Select(At, Gen.Int, Text, Gen.Bool)
            .Select((at, code, text, complete) => (IRecord)new RunEnded(at, code, text, complete, text)));

    public static byte[] Encoded(IRecord record)
    {
        var buffer = new byte[Contract.MaxRecordBytes];
        return buffer[..RecordWriter.Write(buffer, record)];
    }

    /// <summary>
    /// Equality of values; that of <see cref="RunStarted"/> and <see cref="ScenarioDefined"/> compares their lists by
    /// reference.
    /// </summary>
    public static bool AreSame(IRecord? left, IRecord? right)
    {
        if (left is ScenarioDefined scenario && right is ScenarioDefined same)
        {
            return scenario.Tasks.SequenceEqual(same.Tasks) && scenario with { Tasks = same.Tasks } == same;
        }

        if (left is not RunStarted one || right is not RunStarted other) return Equals(left, right);
        return one.Classes.SequenceEqual(other.Classes) && one.Options.SequenceEqual(other.Options)
            && one with { Classes = other.Classes, Options = other.Options } == other;
    }
}
