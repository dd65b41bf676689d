using LeanLoad.Diagnostics;
using Xunit;

namespace LeanLoad.EndToEnd;

/// <summary>A journal's whole records, in order.</summary>
static class Journal
{
    public static IReadOnlyList<IRecord> Read(string path) => Read(path, out _);

    public static IReadOnlyList<IRecord> Read(string path, out string? problem)
    {
        Assert.True(JournalReader.TryOpen(path, out var reader, out problem), problem);
        using (reader)
        {
            var records = new List<IRecord>();
            while (reader.TryNext(out var bytes))
            {
                Assert.True(RecordReader.TryRead(bytes, out var record));
                records.Add(record);
            }

            problem = reader.Problem;
            return records;
        }
    }
}
