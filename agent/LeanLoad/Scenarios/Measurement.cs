using System.Diagnostics;
using System.Runtime.CompilerServices;
using LeanLoad.Stats;

namespace LeanLoad;

/// <summary>
/// Something that a user times, from its making to <see cref="Done"/> or <see cref="Fail"/>; exactly one of them, once.
/// 24 bytes, no allocation.
/// </summary>
public readonly struct Measurement
{
    readonly UserContext context;
    readonly long beganAt;
    readonly int name;
    readonly int began;

    internal Measurement(UserContext context, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!context.Loop.IsCurrent)
        {
            throw new InvalidOperationException(
                $"\"{name}\" is measured on another thread than the user's own loop. Leave out ConfigureAwait(false) "
                + "and Task.Run around it.");
        }

        this.context = context;
        this.name = context.Http.Requests.Names.Intern(name);
        began = context.Http.Requests.Windows.Current;
        beganAt = Stopwatch.GetTimestamp();
    }

    /// <summary>It went well.</summary>
    /// <param name="bytes">What was received, for the throughput.</param>
    public void Done(long bytes = 0) => End(bytes, FailureKind.None, null);

    /// <summary>It went wrong.</summary>
    /// <param name="reason">Why; the first of each name is in the report.</param>
    public void Fail(string reason) => End(0, FailureKind.Rejected, reason);

    internal void FailWith(Exception fault)
    {
        var kind = fault switch
        {
            OperationCanceledException when context.IsCut => FailureKind.Cut,
            TimeoutException => FailureKind.Timeout,
            _ => FailureKind.Threw,
        };
        End(0, kind, kind == FailureKind.Cut || !context.Http.Requests.NeedsExample(name, kind) ? null
            : $"{fault.GetType().Name}: {fault.Message}");
    }

    // Its builder takes the state machine of a work that waits from a pool, and gives it back: no garbage in the steady
    // state.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal static async ValueTask Of(UserContext context, string name, Func<ValueTask> work)
    {
        var measurement = new Measurement(context, name);
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            measurement.FailWith(fault);
            throw;
        }

        measurement.Done();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal static async ValueTask<T> Of<TState, T>(
        UserContext context, string name, TState state, Func<TState, ValueTask<T>> work)
    {
        var measurement = new Measurement(context, name);
        T result;
        try
        {
            result = await work(state);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            measurement.FailWith(fault);
            throw;
        }

        measurement.Done();
        return result;
    }

    void End(long bytes, FailureKind failure, string? example)
    {
        if (context is null) throw new InvalidOperationException("A measurement is begun with StartMeasure.");
        var us = (long)Stopwatch.GetElapsedTime(beganAt).TotalMicroseconds;
        context.Http.Requests.Record(name, us, us, bytes, failure, began);
        if (example is not null) context.Http.Requests.AddExample(name, failure, example, began);
    }
}
