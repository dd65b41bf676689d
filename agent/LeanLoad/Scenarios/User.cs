namespace LeanLoad;

/// <summary>
/// A simulated person with state. One loop runs all of a user's code, one step at a time, so a user needs no locks.
/// Code that blocks its loop holds up every user on it.
/// </summary>
public abstract class User
{
    UserContext? context;

    /// <summary>0 for the first user that this agent admits, 1 for the next, and so on; never reused.</summary>
    protected internal int Index { get; internal set; }

    /// <summary>The pause after each iteration, asked anew each time. Default: none.</summary>
    protected internal virtual ThinkTime ThinkTime => ThinkTime.None;

    internal UserContext Context
    {
        get => context ?? throw new InvalidOperationException(
            $"{GetType().Name} acts in its constructor; a user's life begins in Start.");
        set => context = value;
    }

    /// <summary>
    /// Once per user, before its first iteration. What it keeps, every user keeps: share it as a bootstrap instead.
    /// </summary>
    protected internal virtual ValueTask Start() => default;

    /// <summary>Once per user, after its last iteration, also when the run is stopped.</summary>
    protected internal virtual ValueTask Stop() => default;

    /// <summary>
    /// Waits inside a task, without blocking anybody; allocates nothing. Ends early, by an exception, where the run
    /// ends and cuts the task.
    /// </summary>
    /// <param name="time">Zero or more.</param>
    /// <exception cref="InvalidOperationException">The user waits already, or this is another thread than its
    /// loop's.</exception>
    protected ValueTask Pause(TimeSpan time) => Context.Pause(time);

    /// <summary>
    /// Ends this user once the present iteration is over: its <see cref="Stop"/> runs, and nobody takes its place.
    /// </summary>
    protected void StopUser() => Context.StopUser();

    /// <summary>
    /// Ends the whole run in order, as its duration would: what runs may finish, results are complete, the exit code
    /// says how it went.
    /// </summary>
    /// <param name="reason">Why; it is in the report.</param>
    protected void StopRun(string reason) => Context.StopRun(reason, hasFailed: false);

    /// <summary>Ends the whole run in order, as failed: exit code 99.</summary>
    /// <param name="reason">Why; it is in the report.</param>
    protected void FailRun(string reason) => Context.StopRun(reason, hasFailed: true);

    /// <summary>Leaves the innermost flow of the present task: what it has left is not done.</summary>
    protected void LeaveFlow() => Context.LeaveFlow();

    /// <summary>
    /// Begins to time something that is no HTTP request; it is a row of its own among the requests. Allocates nothing.
    /// </summary>
    /// <param name="name">Its row. At most 500 different names in a run, requests included; every further one counts as
    /// (other).</param>
    /// <returns>To be ended once, by <see cref="Measurement.Done"/> or <see cref="Measurement.Fail"/>.</returns>
    protected Measurement StartMeasure(string name) => new(Context, name);

    /// <summary>Times some work. What it throws is counted as a failure of this name, and thrown on.</summary>
    /// <inheritdoc cref="StartMeasure"/>
    /// <param name="name">Its row.</param>
    /// <param name="work">The work. A lambda that uses the user's fields costs 64 bytes a call; a <c>static</c> one
    /// with a state costs none.</param>
    protected ValueTask Measure(string name, Func<ValueTask> work) => Measurement.Of(Context, name, work);

    /// <summary>Times some work that has a result.</summary>
    /// <inheritdoc cref="Measure(string, Func{ValueTask})"/>
    protected ValueTask<T> Measure<T>(string name, Func<ValueTask<T>> work) =>
        Measurement.Of(Context, name, work, static work => work());

    /// <summary>
    /// Times some work that is given what it needs, so that it can be <c>static</c> and allocate nothing.
    /// </summary>
    /// <inheritdoc cref="Measure(string, Func{ValueTask})"/>
    /// <param name="name">Its row.</param>
    /// <param name="state">What the work is given.</param>
    /// <param name="work">The work.</param>
    protected ValueTask<T> Measure<TState, T>(string name, TState state, Func<TState, ValueTask<T>> work) =>
        Measurement.Of(Context, name, state, work);
}
