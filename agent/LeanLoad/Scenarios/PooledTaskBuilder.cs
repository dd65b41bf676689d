using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace LeanLoad;

/// <summary>
/// Lets an <c>async ValueTask</c> method that waits allocate nothing: what it keeps while it waits is used again by the
/// next call on the same loop. The compiler's own builder makes an object of some 100 to 200 bytes with each call that
/// waits.
/// <code>[LoadTask, AsyncMethodBuilder(typeof(PooledTaskBuilder))] public async ValueTask Browse() { … }</code>
/// As every <see cref="ValueTask"/>, the result is awaited once. A loop keeps as many as ever waited at the same time.
/// </summary>
[SuppressMessage("Performance", "CA1815",
    Justification = "Nobody compares builders: only the compiler's code holds one.")]
[SuppressMessage("Performance", "CA1822", Justification = "The compiler calls them on its instance.")]
public struct PooledTaskBuilder
{
    PooledTask? waiting;
    Exception? fault;

    /// <summary>Called by the compiler.</summary>
    public static PooledTaskBuilder Create() => default;

    /// <summary>Called by the compiler: what the method returns.</summary>
    public readonly ValueTask Task =>
        waiting is not null ? waiting.Awaitable
        : fault is null ? default
        : ValueTask.FromException(fault);

    /// <summary>Called by the compiler.</summary>
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine =>
        // It keeps the caller's contexts as they were; nothing of it is kept.
        default(AsyncValueTaskMethodBuilder).Start(ref stateMachine);

    /// <summary>Called by the compiler: obsolete since it no longer boxes.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) => _ = stateMachine;

    /// <summary>Called by the compiler.</summary>
    public readonly void SetResult() => waiting?.Complete(null);

    /// <summary>Called by the compiler.</summary>
    public void SetException(Exception exception)
    {
        if (waiting is null) fault = exception;
        else waiting.Complete(ExceptionDispatchInfo.Capture(exception));
    }

    /// <summary>Called by the compiler.</summary>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        awaiter.OnCompleted(Suspend(ref stateMachine).Resume);

    /// <summary>Called by the compiler.</summary>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine =>
        awaiter.UnsafeOnCompleted(Suspend(ref stateMachine).Resume);

    PooledTask Suspend<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        if (waiting is null)
        {
            var taken = PooledTask<TStateMachine>.Take();
            // Before the copy: the builder is a part of the state machine, and its copy must know where it lies.
            waiting = taken;
            taken.Keep(ref stateMachine);
        }

        waiting.Flows = ExecutionContext.Capture();
        return waiting;
    }
}

/// <summary>What an asynchronous method keeps while it waits, and what its caller awaits.</summary>
abstract class PooledTask : IValueTaskSource
{
    // Stands where a continuation would: it was complete before anybody awaited it.
    static readonly Action<object?> Completed = static _ => { };

    Action<object?>? continuation;
    object? state;
    SynchronizationContext? context;
    ExceptionDispatchInfo? fault;
    short version;
    bool isComplete;

    protected PooledTask() => Resume = MoveNext;

    /// <summary>Goes on with the method.</summary>
    public Action Resume { get; }

    /// <summary>The flow of <see cref="AsyncLocal{T}"/> at the last await; null where it was suppressed.</summary>
    public ExecutionContext? Flows { get; set; }

    public ValueTask Awaitable => new(this, version);

    bool IsDone => isComplete || ReferenceEquals(Volatile.Read(ref continuation), Completed);

    /// <summary>The method has ended.</summary>
    public void Complete(ExceptionDispatchInfo? fault)
    {
        this.fault = fault;
        // Whoever comes second goes on: a method that left its loop may end on one thread while it is awaited on
        // another. From the exchange on the result may be taken, and this object be in use again: nothing here may be
        // touched any more.
        if (Volatile.Read(ref continuation) is null
            && Interlocked.CompareExchange(ref continuation, Completed, null) is null)
        {
            return;
        }

        isComplete = true;
        var (waiting, with) = (continuation!, state);
        if (context is null || context == SynchronizationContext.Current) waiting(with);
        else context.Post(static pair => Go(pair!), Tuple.Create(waiting, with));
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        Check(token);
        return !IsDone ? ValueTaskSourceStatus.Pending : fault is null ? ValueTaskSourceStatus.Succeeded
            : ValueTaskSourceStatus.Faulted;
    }

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        Check(token);
        this.state = state;
        context = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) == 0 ? null
            : SynchronizationContext.Current;
        if (Interlocked.CompareExchange(ref this.continuation, continuation, null) is null) return;
        // It ended meanwhile, on another thread.
        if (context is null) ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: true);
        else context.Post(static pair => Go(pair!), Tuple.Create(continuation, state));
    }

    public void GetResult(short token)
    {
        Check(token);
        if (!IsDone) throw new InvalidOperationException("The result is not there yet: await it.");
        var failed = fault;
        (continuation, state, context, fault, Flows, isComplete) = (null, null, null, null, null, false);
        version++;
        GiveBack();
        failed?.Throw();
    }

    /// <summary>Goes on with the method, in the flow that it was in.</summary>
    protected abstract void MoveNext();

    protected abstract void GiveBack();

    static void Go(object pair)
    {
        var (continuation, state) = (Tuple<Action<object?>, object?>)pair;
        continuation(state);
    }

    void Check(short token)
    {
        if (token != version)
        {
            throw new InvalidOperationException("The result was taken before: a ValueTask is awaited once.");
        }
    }
}

/// <summary>One for each asynchronous method that is built this way.</summary>
sealed class PooledTask<TStateMachine> : PooledTask
    where TStateMachine : IAsyncStateMachine
{
    // A loop is a thread, and the compiler's code has nothing but statics to find its loop's by.
    [ThreadStatic]
    static PooledTask<TStateMachine>? spare;

    PooledTask<TStateMachine>? next;

    [AllowNull]
    TStateMachine machine;

    public static PooledTask<TStateMachine> Take()
    {
        if (spare is not { } taken) return new PooledTask<TStateMachine>();
        spare = taken.next;
        taken.next = null;
        return taken;
    }

    public void Keep(ref TStateMachine stateMachine) => machine = stateMachine;

    protected override void MoveNext()
    {
        var (own, before) = (Flows, ExecutionContext.Capture());
        if (own is not null && own != before) ExecutionContext.Restore(own);
        machine!.MoveNext();
        if (before is not null && ExecutionContext.Capture() != before) ExecutionContext.Restore(before);
    }

    protected override void GiveBack()
    {
        machine = default;
        next = spare;
        spare = this;
    }
}
