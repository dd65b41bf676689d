using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using LeanLoad.Benchmarking.Targets;
using LeanLoad.Benchmarking.Users;
using LeanLoad.Benchmarks.Counting;

namespace LeanLoad.Benchmarks.Http;

/// <summary>
/// A whole request of a user: its task called on the loop, the request rendered and sent, the manifest received, parsed
/// and counted, the task resumed. All but the kernel is the agent's, so this is the promise of 0 bytes a request.
/// </summary>
public class Exchange : IChargedElsewhere, IDisposable
{
    /// <summary>
    /// The hand-over to the loop's thread is divided among so many: how long that thread spins before it sleeps
    /// differs.
    /// </summary>
    const int Requests = 1024;

    readonly byte[] buffer = new byte[16 << 10];
    readonly InMemoryExchange usual = new(ResponsePayloads.Of(Payload.Manifest));
    readonly UserBench bench = UserBench.Of(
        typeof(ManifestUser), new InMemoryTarget()
            .Raw("GET", "/v2/{repository}/manifests/{digest}", ResponsePayloads.Of(Payload.Manifest)), []);

    /// <summary>The platform's client, with a URL made for each request, on one kept connection in memory.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Requests)]
    public long SystemNetHttp()
    {
        var total = 0L;
        for (var request = 0; request < Requests; request++)
        {
            var exchanged = usual.SendAndDrain(buffer);
            total += exchanged.IsCompletedSuccessfully ? exchanged.Result : exchanged.AsTask().GetAwaiter().GetResult();
        }

        return total;
    }

    [Benchmark(OperationsPerInvoke = Requests)]
    public void HttpUser() => bench.Iterate(nameof(ManifestUser.Manifest), Requests);

    long IChargedElsewhere.AllocatedBytes() => bench.Read().OnLoop.Count;

    [GlobalCleanup]
    public void Dispose()
    {
        bench.Dispose();
        usual.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Asks for the manifest of one of four images.</summary>
[LoadUser]
public sealed class ManifestUser : HttpUser
{
    static readonly string[] Repositories = ["alpine", "nginx", "redis", "überprüfung"];

    readonly string digest = "sha256:" + new string('a', 64);
    int next;

    /// <summary>
    /// Pooled: without, each iteration that waits allocates its state machine, which is the author's to decide.
    /// </summary>
    [LoadTask]
    [AsyncMethodBuilder(typeof(PooledTaskBuilder))]
    public async ValueTask Manifest() =>
        (await Http.Get($"/v2/{Repositories[next++ & 3]}/manifests/{digest}")).Check(200);
}
