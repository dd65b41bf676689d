using CsCheck;
using LeanLoad.Diagnostics;
using Xunit;

namespace LeanLoad.Tests.Diagnostics;

public sealed class JournalTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("leanload-journal-").FullName;

    string File => Path.Combine(directory, "run.journal");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Records_come_back_in_order_whatever_their_length() =>
        Gen.Frequency((9, Gen.Int[1, 200]), (1, Gen.Int[1, Contract.MaxRecordBytes])).Array[0, 40].Sample(lengths =>
        {
            var records = lengths.Select((length, i) => Payload(length, i)).ToList();
            Assert.Equal(records, Read(Journal(records), out var problem));
            Assert.Null(problem);
        }, iter: 100);

    [Fact]
    public void Cut_at_any_place_it_gives_every_whole_record_and_says_where_it_stopped()
    {
        var records = new[] { Payload(5, 1), Payload(1, 2), Payload(300, 3) };
        var whole = Journal(records);
        int[] ends = [16, 16 + 13, 16 + 13 + 9, whole.Length];
        for (var length = 16; length <= whole.Length; length++)
        {
            var read = Read(whole[..length], out var problem);
            var lastEnd = ends.Last(end => end <= length);
            Assert.Equal(records.Take(ends.IndexOf(lastEnd)), read);
            if (lastEnd == length) Assert.Null(problem);
            else Assert.StartsWith($"The journal is damaged at byte {lastEnd}: it ends within a record", problem,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_flipped_bit_costs_one_record_and_no_other()
    {
        var records = new[] { Payload(20, 1), Payload(31, 2), Payload(7, 3), Payload(12, 4) };
        var whole = Journal(records);
        var end = 16;
        foreach (var damaged in records)
        {
            var start = end;
            end += 8 + damaged.Length;
            for (var bit = start * 8; bit < end * 8; bit++)
            {
                var bytes = whole.ToArray();
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.Equal(records.Where(record => record != damaged), Read(bytes, out var problem));
                Assert.StartsWith($"The journal is damaged at byte {start}: ", problem, StringComparison.Ordinal);
                Assert.EndsWith($". {8 + damaged.Length} bytes are lost, 3 records were read.", problem,
                    StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Any_garbage_after_the_head_never_throws_and_yields_nothing() => Gen.Byte.Array[0, 300].Sample(garbage =>
        Read([.. Journal([]), .. garbage], out var problem).Count == 0 && problem is null == (garbage.Length == 0));

    [Fact]
    public void What_follows_garbage_longer_than_the_window_is_found()
    {
        byte[][] records = [Payload(10, 1), Payload(Contract.MaxRecordBytes, 2)];
        var garbage = new byte[300_000];
        new Random(7).NextBytes(garbage);
        var journal = Journal(records);
        Assert.Equal(records, Read([.. journal[..34], .. garbage, .. journal[34..]], out var problem));
        Assert.Contains("300,000 bytes are lost", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is no journal: it ends within the first 16 bytes")]
    [InlineData("LEANLOAD", "is no journal: it ends within the first 16 bytes")]
    [InlineData("{ \"this\": \"is JSON\" }", "is no journal: it does not begin with LEANLOAD")]
    [InlineData("LEANLOAD0123456789", "is damaged: its head's checksum is wrong")]
    public void A_file_that_is_no_journal_is_refused_with_the_reason(string content, string problem)
    {
        System.IO.File.WriteAllText(File, content);
        Assert.False(JournalReader.TryOpen(File, out _, out var actual));
        Assert.Equal($"{File} {problem}.", actual);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_message()
    {
        Assert.False(JournalReader.TryOpen(File, out _, out var problem));
        Assert.StartsWith($"{File} cannot be read: ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_flushed_can_be_read_while_the_writer_is_still_open()
    {
        Assert.True(JournalWriter.TryCreate(File, out var writer, out _));
        using (writer)
        {
            writer.Append(Payload(10, 1));
            writer.Flush();
            writer.Append(Payload(20, 2));
            Assert.Equal([Payload(10, 1)], Read(File));
        }

        Assert.Equal([Payload(10, 1), Payload(20, 2)], Read(File));
    }

    [Fact]
    public void An_earlier_journal_is_not_overwritten()
    {
        System.IO.File.WriteAllText(File, "results");
        Assert.False(JournalWriter.TryCreate(File, out _, out var problem));
        Assert.Equal($"--journal \"{File}\" exists already; name another file, or remove this one.", problem);
        Assert.Equal("results", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_directory_that_does_not_exist_is_a_message()
    {
        Assert.False(JournalWriter.TryCreate(Path.Combine(directory, "no", "x"), out _, out var problem));
        Assert.Contains("cannot be written", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_in_its_place_is_a_message()
    {
        Assert.False(JournalWriter.TryCreate(directory, out _, out var problem));
        Assert.Contains("cannot be written", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_told_at_once_and_costs_the_run_nothing()
    {
        Assert.SkipUnless(System.IO.File.Exists("/dev/full"), "needs /dev/full");
        Assert.True(JournalWriter.TryCreate("/dev/full", out var writer, out var refusal), refusal);
        using (writer)
        {
            var problem = writer.Problem;
            Assert.StartsWith("--journal \"/dev/full\" cannot be written: ", problem, StringComparison.Ordinal);
            Assert.Contains("No space left on device", problem, StringComparison.Ordinal);
            writer.Append(Payload(10, 1));
            writer.Flush();
            Assert.Same(problem, writer.Problem);
            Assert.False(writer.IsComplete);
        }
    }

    [Fact]
    public void A_write_that_fails_later_is_told_once_and_the_rest_is_dropped()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a named pipe");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", File)) mkfifo.WaitForExit();
        var other = new FileStream(File, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        Assert.True(JournalWriter.TryCreate(File, out var writer, out var refusal), refusal);
        using (writer)
        {
            writer.Append(Payload(10, 1));
            writer.Flush();
            Assert.True(writer.IsComplete);
            var received = new byte[16 + 18];
            other.ReadExactly(received);
            Assert.Equal([Payload(10, 1)], Read(received, out _));

            other.Dispose();
            writer.Append(Payload(10, 2));
            writer.Flush();
            Assert.False(writer.IsComplete);
            var problem = writer.Problem;
            Assert.StartsWith($"The journal {File} ends after 34 bytes: ", problem, StringComparison.Ordinal);
            writer.Append(Payload(20_000, 3));
            writer.Flush();
            Assert.Same(problem, writer.Problem);
        }
    }

    [Fact]
    public void The_checksum_is_CRC32C() => Assert.Equal(0xE3069283u, JournalFormat.Checksum("123456789"u8));

    [Fact]
    public void Appending_allocates_nothing()
    {
        Assert.True(JournalWriter.TryCreate(File, out var writer, out _));
        using var closed = writer;
        byte[] small = Payload(100, 1), large = Payload(20_000, 2);
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++) Round();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            writer.Append(small);
            writer.Append(large);
            writer.Flush();
        }
    }

    internal static List<byte[]> Read(string path)
    {
        Assert.True(JournalReader.TryOpen(path, out var reader, out _));
        using (reader) return ReadAll(reader);
    }

    static List<byte[]> Read(byte[] journal, out string? problem)
    {
        Assert.True(JournalReader.TryOpen(new MemoryStream(journal), out var reader, out _));
        var records = ReadAll(reader);
        problem = reader.Problem;
        return records;
    }

    static List<byte[]> ReadAll(JournalReader reader)
    {
        var records = new List<byte[]>();
        while (reader.TryNext(out var record)) records.Add(record.ToArray());
        return records;
    }

    byte[] Journal(IEnumerable<byte[]> records)
    {
        // A file of its own: CsCheck calls this from several threads.
        var path = Path.Combine(directory, Path.GetRandomFileName());
        Assert.True(JournalWriter.TryCreate(path, out var writer, out _));
        using (writer)
        {
            foreach (var record in records) writer.Append(record);
        }

        return System.IO.File.ReadAllBytes(path);
    }

    // Bytes that do not look like the head of a frame: no two zeros in a row.
    static byte[] Payload(int length, int seed) =>
        [.. Enumerable.Range(0, length).Select(i => (byte)(1 + (i * 7 + seed * 31) % 255))];
}
