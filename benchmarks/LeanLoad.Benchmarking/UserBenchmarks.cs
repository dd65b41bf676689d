using BenchmarkDotNet.Attributes;
using LeanLoad.Benchmarking.Targets;
using LeanLoad.Benchmarking.Users;

namespace LeanLoad.Benchmarking;

/// <summary>
/// Benchmarks of one user class of a load file. Derive from <see cref="UserBenchmarks{TUser}"/>, answer the requests
/// its users send, and write one method for each start, task or bootstrap that is to be watched.
/// </summary>
public abstract class UserBenchmarks
{
    /// <summary>
    /// How many iterations one call of <see cref="Iterate"/> does, so that its hand-over to the loop's thread is
    /// divided among them: say so to BenchmarkDotNet with <c>[Benchmark(OperationsPerInvoke = Iterations)]</c>.
    /// </summary>
    protected const int Iterations = 100;

    UserBench? bench;

    /// <summary>
    /// Options as on the agent's command line, for settings that are required: <c>["--image-name", "alpine"]</c>.
    /// Default: none.
    /// </summary>
    protected virtual IReadOnlyList<string> Options => [];

    /// <summary>The class whose users are measured.</summary>
    private protected abstract Type UserType { get; }

    /// <summary>Reads settings, makes what all users share, once.</summary>
    /// <exception cref="Exception">What is wrong with the class, its options or its bootstraps; for people.</exception>
    [GlobalSetup]
    public void SetUp()
    {
        var target = new InMemoryTarget();
        Answer(target);
        bench = UserBench.Of(UserType, target, Options);
    }

    /// <summary>Ends users and loop.</summary>
    [GlobalCleanup]
    public void CleanUp() => bench?.Dispose();

    /// <summary>Gives the target its answers.</summary>
    protected abstract void Answer(InMemoryTarget target);

    /// <summary>One user: constructor, start and stop, over connections of its own.</summary>
    protected void StartUser() => Bench.StartUser();

    /// <summary>
    /// <see cref="Iterations"/> iterations of one task, by one user that has started before, without think time.
    /// </summary>
    /// <param name="task">The method's name: <c>nameof(Shopper.Browse)</c>.</param>
    protected void Iterate(string task) => Bench.Iterate(task, Iterations);

    /// <summary>One bootstrap, anew, in this process even where it is isolated; its result is dropped.</summary>
    /// <param name="name">Class and method: <c>Catalogue.Load</c>.</param>
    protected void Bootstrap(string name) => Bench.Bootstrap(name);

    internal LedgerReading ReadLedger() => Bench.Read();

    UserBench Bench => bench ?? throw new InvalidOperationException("SetUp comes first.");
}

/// <inheritdoc cref="UserBenchmarks"/>
/// <typeparam name="TUser">A class with <see cref="LoadUserAttribute"/> of a load project that this one refers
/// to.</typeparam>
public abstract class UserBenchmarks<TUser> : UserBenchmarks where TUser : User
{
    private protected sealed override Type UserType => typeof(TUser);
}
