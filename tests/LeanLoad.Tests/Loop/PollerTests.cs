using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LeanLoad.Loop;
using Xunit;

namespace LeanLoad.Tests.Loop;

/// <summary>One behaviour, two pollers.</summary>
public sealed class PollerTests
{
    [Theory, ForEachPoller]
    public void A_connection_that_is_made_is_told_as_writable(PollerChoice choice)
    {
        using var bench = new Bench(choice);
        var (probe, channel, _) = bench.Connect();
        Assert.True(probe.IsWritable);
        Assert.Equal("", channel.Error);
    }

    [Theory, ForEachPoller]
    public void A_refused_connection_is_told_and_says_why(PollerChoice choice)
    {
        using var bench = new Bench(choice);
        var probe = new Probe();
        var channel = bench.Poller.Open(AddressFamily.InterNetwork, probe);
        var status = channel.Connect(bench.ClosedPort());
        if (status == ChannelStatus.Blocked)
        {
            bench.Until(() => probe.IsWritable);
            status = channel.FinishConnect();
        }

        Assert.Equal(ChannelStatus.Failed, status);
        Assert.Contains("refused", channel.Error, StringComparison.OrdinalIgnoreCase);
        channel.Dispose();
        channel.Dispose();
    }

    [Theory, ForEachPoller]
    public void Bytes_go_both_ways(PollerChoice choice)
    {
        using var bench = new Bench(choice);
        var (probe, channel, peer) = bench.Connect();
        Assert.Equal(ChannelStatus.Done, channel.Send("ping"u8, out var sent));
        Assert.Equal(4, sent);
        var received = new byte[16];
        Assert.Equal(4, peer.Receive(received));
        Assert.Equal(ChannelStatus.Blocked, channel.Receive(received, out _));
        probe.Forget();
        peer.Send("pong!"u8);
        bench.Until(() => probe.IsReadable);
        Assert.Equal(ChannelStatus.Done, channel.Receive(received, out var count));
        Assert.Equal("pong!"u8, received.AsSpan(0, count));
    }

    [Theory, ForEachPoller]
    public void A_peer_that_closes_is_told_as_readable_and_closed(PollerChoice choice)
    {
        using var bench = new Bench(choice);
        var (probe, channel, peer) = bench.Connect();
        probe.Forget();
        peer.Dispose();
        bench.Until(() => probe.IsReadable);
        Assert.Equal(ChannelStatus.Closed, channel.Receive(new byte[16], out _));
    }

    [Theory, ForEachPoller]
    public void A_half_closed_peer_still_gets_what_is_sent(PollerChoice choice)
    {
        using var bench = new Bench(choice);
        var (probe, channel, peer) = bench.Connect();
        probe.Forget();
        peer.Shutdown(SocketShutdown.Send);
        bench.Until(() => probe.IsReadable);
        Assert.Equal(ChannelStatus.Closed, channel.Receive(new byte[16], out _));
        Assert.Equal(ChannelStatus.Done, channel.Send("late"u8, out _));
        Assert.Equal(4, peer.Receive(new byte[16]));
    }

    [Theory, ForEachPoller]
    public void A_reset_is_a_failure_with_a_reason(PollerChoice choice)
    {
        using var bench = new Bench(choice);
        var (probe, channel, peer) = bench.Connect();
        probe.Forget();
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
        bench.Until(() => probe.IsReadable);
        Assert.Equal(ChannelStatus.Failed, channel.Receive(new byte[16], out _));
        Assert.Contains("reset", channel.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, ForEachPoller]
    public void A_send_that_blocks_goes_on_when_there_is_room_and_hears_the_peer_meanwhile(PollerChoice choice)
    {
        using var bench = new Bench(choice);
        var (probe, channel, peer) = bench.Connect();
        var data = new byte[16 << 20];
        new Random(1).NextBytes(data);
        var sent = 0;
        while (channel.Send(data.AsSpan(sent), out var some) == ChannelStatus.Done) sent += some;
        Assert.InRange(sent, 1, data.Length - 1);
        probe.Forget();
        peer.Send("early"u8);
        bench.Until(() => probe.IsReadable);

        var arrived = new MemoryStream();
        var piece = new byte[256 << 10];
        probe.OnTold = () =>
        {
            while (sent < data.Length && channel.Send(data.AsSpan(sent), out var some) == ChannelStatus.Done)
            {
                sent += some;
            }
        };
        bench.Until(() =>
        {
            while (peer.Available > 0) arrived.Write(piece, 0, peer.Receive(piece));
            return arrived.Length == data.Length;
        });
        Assert.True(arrived.GetBuffer().AsSpan(0, data.Length).SequenceEqual(data));
    }

    [Theory, ForEachPoller]
    public void Each_of_many_sockets_is_told_of_its_own_bytes(PollerChoice choice)
    {
        using var bench = new Bench(choice);
        var all = Enumerable.Range(0, 300).Select(_ => bench.Connect()).ToArray();
        foreach (var one in all) one.Probe.Forget();
        for (var index = 0; index < all.Length; index += 2) all[index].Peer.Send([(byte)index]);
        bench.Until(() => all.Where(static (_, index) => index % 2 == 0).All(static one => one.Probe.IsReadable));
        for (var index = 0; index < all.Length; index++)
        {
            var one = new byte[1];
            Assert.Equal(index % 2 == 0 ? ChannelStatus.Done : ChannelStatus.Blocked,
                all[index].Channel.Receive(one, out _));
            if (index % 2 == 0) Assert.Equal((byte)index, one[0]);
        }
    }

    [Theory, ForEachPoller]
    public void A_wake_from_another_thread_ends_a_wait_without_end(PollerChoice choice)
    {
        using var bench = new Bench(choice);
        for (var round = 0; round < 50; round++)
        {
            var waker = new Thread(bench.Poller.Wake);
            waker.Start();
            bench.Poller.Wait(TimeSpan.FromMilliseconds(-1), bench);
            waker.Join();
        }

        // One wake ends one wait: it is not remembered for ever.
        bench.Poller.Wait(TimeSpan.FromMilliseconds(0), bench);
        var waited = Stopwatch.StartNew();
        bench.Poller.Wait(TimeSpan.FromMilliseconds(20), bench);
        Assert.True(waited.ElapsedMilliseconds >= 15, "a wake was left over");
    }

    [Theory, ForEachPoller]
    public void What_was_ready_for_a_closed_socket_is_not_told_to_the_next_with_its_number(PollerChoice choice)
    {
        using var bench = new Bench(choice);
        var first = bench.Connect();
        var second = bench.Connect();
        foreach (var one in new[] { first, second }) one.Probe.Forget();
        var fresh = new Probe();
        Channel? reopened = null;
        // Whichever is told first closes the other, whose event of the same batch is then stale, and opens a socket
        // that gets its descriptor.
        first.Probe.OnTold = () => Reopen(second.Channel);
        second.Probe.OnTold = () => Reopen(first.Channel);
        first.Peer.Send("x"u8);
        second.Peer.Send("x"u8);
        bench.WaitForBytes(first.Peer, second.Peer);
        bench.Until(() => reopened is not null);
        Assert.Single(new[] { first.Probe, second.Probe }, static probe => probe.IsReadable);
        Assert.False(fresh.IsReadable);

        void Reopen(Channel other)
        {
            if (reopened is not null) return;
            other.Dispose();
            reopened = bench.Poller.Open(AddressFamily.InterNetwork, fresh);
            _ = reopened.Connect(bench.Address);
        }
    }

    /// <summary>A poller, turned by the test's own thread, with a listener to connect to.</summary>
    sealed class Bench : ITurn, IDisposable
    {
        readonly TcpListener listener = new(IPAddress.Loopback, 0);
        readonly List<IDisposable> opened = [];

        public Bench(PollerChoice choice)
        {
            Poller = choice.Create();
            listener.Start(512);
        }

        public Poller Poller { get; }

        public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

        public (Probe Probe, Channel Channel, Socket Peer) Connect()
        {
            var probe = new Probe();
            var channel = Poller.Open(AddressFamily.InterNetwork, probe);
            opened.Add(channel);
            if (channel.Connect(Address) != ChannelStatus.Done)
            {
                Until(() => probe.IsWritable);
                Assert.Equal(ChannelStatus.Done, channel.FinishConnect());
            }

            var peer = listener.AcceptSocket();
            opened.Add(peer);
            probe.IsWritable = true;
            return (probe, channel, peer);
        }

        public IPEndPoint ClosedPort()
        {
            using var other = new TcpListener(IPAddress.Loopback, 0);
            other.Start();
            return (IPEndPoint)other.LocalEndpoint;
        }

        /// <summary>Turns until it holds; a test that waits for what never comes fails after ten seconds.</summary>
        public void Until(Func<bool> holds)
        {
            var waited = Stopwatch.StartNew();
            while (!holds())
            {
                Assert.True(waited.Elapsed < TimeSpan.FromSeconds(10), "it never came");
                Poller.Wait(TimeSpan.FromMilliseconds(20), this);
            }
        }

        /// <summary>
        /// The bytes the peers sent have been acknowledged, so that both events are there before the poller looks.
        /// </summary>
        public void WaitForBytes(params Socket[] peers) =>
            Assert.True(SpinWait.SpinUntil(() => peers.All(static peer => peer.Poll(0, SelectMode.SelectWrite)), 5000));

        public void Begin()
        {
        }

        public void Tell(IChannelOwner owner, bool isReadable, bool isWritable) =>
            owner.OnReady(isReadable, isWritable);

        public void Dispose()
        {
            foreach (var one in opened) one.Dispose();
            listener.Dispose();
            Poller.Dispose();
        }
    }

    sealed class Probe : IChannelOwner
    {
        public bool IsReadable { get; private set; }

        public bool IsWritable { get; set; }

        public Action? OnTold { get; set; }

        public void Forget() => IsReadable = IsWritable = false;

        public void OnReady(bool isReadable, bool isWritable)
        {
            IsReadable |= isReadable;
            IsWritable |= isWritable;
            OnTold?.Invoke();
        }
    }
}
