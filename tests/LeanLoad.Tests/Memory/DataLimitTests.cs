using System.Diagnostics;
using LeanLoad.Memory;
using Xunit;

namespace LeanLoad.Tests.Memory;

public sealed class DataLimitTests
{
    [Theory]
    // MiB that it may yet map, of 64 that it asks for.
    [InlineData(8, true)]
    [InlineData(-8, true)]
    [InlineData(200, false)]
    public async Task Who_maps_more_than_is_left_is_refused_it(int allowedMiB, bool isRefused) =>
        Assert.Equal(isRefused, await IsRefusedAsync(limit =>
        {
            limit.Announce();
            limit.Allow(Bytes.FromMiB(allowedMiB));
        }));

    [Theory]
    [InlineData(8, true)]
    [InlineData(200, false)]
    public async Task A_child_may_have_what_it_was_promised_when_it_began(int promisedMiB, bool isRefused) =>
        Assert.Equal(isRefused, await IsRefusedAsync(limit =>
        {
            limit.Announce();
            limit.Allow(Bytes.FromMiB(4), sinceBegun: Bytes.FromMiB(promisedMiB));
        }));

    [Fact]
    public async Task Where_there_is_room_again_it_is_lifted() =>
        Assert.False(await IsRefusedAsync(static limit =>
        {
            limit.Announce();
            limit.Allow(Bytes.FromMiB(8));
            limit.Lift();
        }));

    [Fact]
    public async Task A_child_that_has_not_begun_is_let_begin() =>
        Assert.False(await IsRefusedAsync(static limit => limit.Allow(Bytes.FromMiB(8))));

    [Fact]
    public void Nothing_is_allocated_by_it()
    {
        using var waiting = new Waiting();
        using var limit = DataLimit.OfChild(waiting.Id)!;
        limit.Announce();
        limit.Allow(Bytes.FromMiB(8));
        limit.Lift();
        var before = GC.GetAllocatedBytesForCurrentThread();
        limit.Allow(Bytes.FromMiB(8));
        limit.Lift();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task A_process_that_is_gone_is_none_to_limit()
    {
        using var waiting = new Waiting();
        using var limit = DataLimit.OfChild(waiting.Id)!;
        limit.Announce();
        limit.Allow(Bytes.FromMiB(200));
        Assert.Equal(0, await waiting.GoAsync());
        limit.Allow(Bytes.FromMiB(8));
        limit.Lift();
        Assert.Null(DataLimit.OfChild(int.MaxValue));
    }

    // Whether a process with such a limit is refused the 64 MiB that it asks for.
    static async Task<bool> IsRefusedAsync(Action<DataLimit> set)
    {
        using var waiting = new Waiting();
        using var limit = DataLimit.OfChild(waiting.Id)!;
        set(limit);
        return await waiting.GoAsync() != 0;
    }

    /// <summary>A process that asks for 64 MiB when it is told to.</summary>
    sealed class Waiting : IDisposable
    {
        readonly Process process;

        public Waiting()
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "RLIMIT_DATA is Linux's");
            process = Process.Start(new ProcessStartInfo(
                "/bin/sh", ["-c", "echo ready; read go; exec dd if=/dev/zero of=/dev/null bs=64M count=1 2> /dev/null"])
            { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            Assert.Equal("ready", process.StandardOutput.ReadLine());
        }

        public int Id => process.Id;

        public async Task<int> GoAsync()
        {
            await process.StandardInput.WriteLineAsync("go");
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode;
        }

        public void Dispose()
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }
    }
}
