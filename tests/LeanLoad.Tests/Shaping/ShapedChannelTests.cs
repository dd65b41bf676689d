using System.Net;
using System.Net.Sockets;
using LeanLoad.Loop;
using LeanLoad.Shaping;
using LeanLoad.Tests.Loop;
using Xunit;

namespace LeanLoad.Tests.Shaping;

/// <summary>What the channel promises its owner, over a real socket.</summary>
public sealed class ShapedChannelTests
{
    [Theory, ForEachPoller]
    public async Task A_writer_whom_the_full_socket_blocked_is_told_of_its_room_and_not_before(PollerChoice choice)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Assert.True(Shape.TryParse("latency=5ms", out var shape, out var problem), problem);
        using var running = new RunningLoop(choice);
        var writer = new Writer();
        running.Do(loop =>
        {
            writer.Channel = new ShapedChannel(loop, AddressFamily.InterNetwork, shape, seed: 1, writer);
            Assert.NotEqual(ChannelStatus.Failed, writer.Channel.Connect((IPEndPoint)listener.LocalEndpoint));
        });
        var cancel = TestContext.Current.CancellationToken;
        using var reader = await listener.AcceptSocketAsync(cancel);
        Assert.Equal(ChannelStatus.Blocked, await writer.Filled.Task.WaitAsync(TimeSpan.FromSeconds(20), cancel));
        await Task.Delay(50, cancel);
        Assert.False(writer.Told.Task.IsCompleted, "nobody has read, and the writer was told to go on");
        var reading = ReadAll(reader, cancel);
        await writer.Told.Task.WaitAsync(TimeSpan.FromSeconds(20), cancel);
        running.Do(_ => writer.Channel!.Dispose());
        await reading;
    }

    static async Task ReadAll(Socket socket, CancellationToken cancel)
    {
        var buffer = new byte[64 << 10];
        while (await socket.ReceiveAsync(buffer, cancel) > 0)
        {
        }
    }

    /// <summary>
    /// Fills the socket once it is connected, up to a piece that goes whole and one of which nothing does.
    /// </summary>
    sealed class Writer : IChannelOwner
    {
        public ShapedChannel? Channel { get; set; }

        public TaskCompletionSource<ChannelStatus> Filled { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnReady(bool isReadable, bool isWritable)
        {
            if (!isWritable) return;
            if (Filled.Task.IsCompleted)
            {
                Told.TrySetResult();
                return;
            }

            Channel!.FinishConnect();
            var piece = new byte[16 << 10];
            while (Channel.Send(piece, out var sent) == ChannelStatus.Done && sent == piece.Length)
            {
            }

            Channel.Send([], out _);
            Filled.TrySetResult(Channel.Send("x"u8, out _));
        }
    }
}
