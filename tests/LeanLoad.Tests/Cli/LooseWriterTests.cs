using System.IO.Pipes;
using System.Text;
using LeanLoad.Cli;
using Xunit;

namespace LeanLoad.Tests.Cli;

public sealed class LooseWriterTests
{
    [Fact]
    public async Task What_is_read_arrives_whole_and_in_order()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        using var writer = Over(pipe);
        var sent = string.Concat(Enumerable.Range(0, 2000).Select(static line => $"line {line} with an ä\n"));
        var reading = Task.Run(() =>
        {
            var bytes = new byte[Encoding.UTF8.GetByteCount(sent)];
            pipe.ReadExactly(bytes);
            return Encoding.UTF8.GetString(bytes);
        }, TestContext.Current.CancellationToken);
        foreach (var line in sent.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            writer.WriteLine(line);
            // Never more than fits: who is read loses nothing.
            writer.Finish();
        }

        Assert.Equal(sent, await reading);
        Assert.Null(writer.Lost);
    }

    [Fact]
    public void What_nobody_reads_is_dropped_and_counted_and_nobody_waits()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        using var writer = Over(pipe);
        // A pipe holds 64 KiB, the writer 32.
        var line = new string('x', 1023);
        for (var count = 0; count < 200; count++)
        {
            // As a logger does: in pieces, of which any may be refused.
            writer.Write("at once ");
            writer.Write(line);
            writer.WriteLine();
            writer.Flush();
        }

        var lost = writer.Lost!;
        Assert.StartsWith("Of the log ", lost, StringComparison.Ordinal);
        // What the pipe took, nobody knows whether it was read.
        Assert.InRange(int.Parse(lost.Split(' ')[3], System.Globalization.CultureInfo.InvariantCulture), 200 - 66, 200);
    }

    [Fact]
    public async Task Of_a_line_whose_beginning_did_not_fit_nothing_is_written()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        using var writer = Over(pipe);
        writer.Write($"{new string('x', 40 << 10)}\nthe beginning, ");
        writer.Write("and the end\nwhole\n");
        writer.Write("whole\n");
        writer.Finish();
        var read = new byte[100];
        var length = await pipe.ReadAsync(read, TestContext.Current.CancellationToken);
        Assert.Equal("whole\n", Encoding.UTF8.GetString(read, 0, length));
        Assert.StartsWith("Of the log 3 lines", writer.Lost, StringComparison.Ordinal);
    }

    [Fact]
    public void One_whose_reader_is_gone_is_written_to_as_if_nothing_were()
    {
        var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        using var writer = Over(pipe);
        pipe.Dispose();
        for (var count = 0; count < 100; count++) writer.WriteLine("nobody hears this");
        writer.Finish();
        Assert.Null(writer.Lost);
    }

    static LooseWriter Over(AnonymousPipeServerStream pipe)
    {
        var client = new AnonymousPipeClientStream(PipeDirection.Out, pipe.ClientSafePipeHandle);
        return new LooseWriter(() => client);
    }
}
