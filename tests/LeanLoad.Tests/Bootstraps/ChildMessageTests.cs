using LeanLoad.Bootstraps;
using Xunit;

namespace LeanLoad.Tests.Bootstraps;

public sealed class ChildMessageTests
{
    static readonly ChildMessage Message = new(ChildMessageKind.Result, Bytes.FromMiB(12), [1, 2, 3, 4, 5]);

    [Fact]
    public async Task A_message_arrives_as_it_was_sent()
    {
        var read = await ChildMessage.ReadAsync(new MemoryStream(Written()), Bytes.FromMiB(1),
            TestContext.Current.CancellationToken);
        Assert.Equal((Message.Kind, Message.PeakResident), (read!.Kind, read.PeakResident));
        Assert.Equal(Message.Payload, read.Payload);
    }

    [Fact]
    public async Task One_cut_anywhere_is_no_message()
    {
        var whole = Written();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Null(await ChildMessage.ReadAsync(new MemoryStream(whole[..length]), Bytes.FromMiB(1),
                TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task One_over_the_limit_or_of_a_negative_length_is_refused_unread()
    {
        await Assert.ThrowsAsync<ChildMessageTooLarge>(
            () => ChildMessage.ReadAsync(new MemoryStream(Written()), new Bytes(4),
                TestContext.Current.CancellationToken));
        var negative = Written();
        negative[12] = 0x80;
        await Assert.ThrowsAsync<ChildMessageTooLarge>(
            () => ChildMessage.ReadAsync(new MemoryStream(negative), Bytes.FromMiB(1),
                TestContext.Current.CancellationToken));
    }

    static byte[] Written()
    {
        var stream = new MemoryStream();
        Message.WriteTo(stream);
        return stream.ToArray();
    }
}
