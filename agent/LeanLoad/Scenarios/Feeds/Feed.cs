using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LeanLoad;

/// <summary>
/// Rows of a file, one for each time a user asks; made by a <see cref="BootstrapAttribute"/> method with
/// <see cref="BootstrapContext.Csv"/> or <see cref="BootstrapContext.JsonLines"/>, and shared by all users. The file is
/// mapped, not read: a gigabyte costs no heap. Thread-safe.
/// </summary>
/// <typeparam name="T">What a row is read as, each time it is given; a struct of numbers costs no garbage.</typeparam>
public sealed class Feed<T>
{
    /// <summary>More at once help nobody.</summary>
    const int MostProblems = 10;

    readonly Lock gate = new();
    readonly FeedFile file;
    readonly FeedRow<T> read;
    readonly FeedOrder order;
    readonly FeedEnd end;
    readonly long first;
    readonly long begin;
    long given;
    long cursor;

    internal Feed(
        FeedFile file, FeedRow<T> read, FeedOrder order, FeedEnd? end, (int Index, int Count) agent, bool check)
    {
        if (order == FeedOrder.Unique && end == FeedEnd.Wrap)
        {
            throw new FeedException($"{file.Path} is {FeedOrder.Unique} and would wrap, so that rows came again; let "
                + "it stop the user or the run.");
        }

        (this.file, this.read, this.order) = (file, read, order);
        this.end = end ?? (order == FeedOrder.Unique ? FeedEnd.StopUser : FeedEnd.Wrap);
        // Whole rows, and every one of them: the parts differ by one row at most.
        first = (long)((Int128)file.Count * agent.Index / agent.Count);
        Count = (long)((Int128)file.Count * (agent.Index + 1) / agent.Count) - first;
        if (Count == 0)
        {
            throw new FeedException(
                $"{file.Path} has {Counted.Of(file.Count, "row")}, too few for {agent.Count} agents: this one would "
                + "have none.");
        }

        if (check) Check();
        file.LetGo();
        begin = cursor = file.OffsetOf(first);
    }

    /// <summary>Rows that this agent has; all of the file's where it runs alone.</summary>
    public long Count { get; }

    /// <summary>
    /// The next row. At the end the feed begins anew, or ends the iteration together with the user or the run, as it
    /// was asked to.
    /// </summary>
    /// <param name="user">Who asks: <c>this</c>.</param>
    /// <exception cref="FeedException">The row can't be read.</exception>
    public T Next(User user)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (TryTake(user.Context, out var offset)) return Read(offset);
        if (end == FeedEnd.StopRun)
        {
            var all = Count == 1 ? "its only row" : $"all of its {Counted.Of(Count, "row")}";
            user.Context.StopRun($"{file.Path} has given {all}", hasFailed: false);
        }
        else user.Context.StopUser();
        throw new FeedEndedException(file.Path);
    }

    /// <summary>The next row, for a user that decides itself what happens at the end.</summary>
    /// <returns>False where there is none left; never for a feed that wraps.</returns>
    /// <inheritdoc cref="Next"/>
    public bool TryNext(User user, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T row)
    {
        ArgumentNullException.ThrowIfNull(user);
        row = default;
        if (!TryTake(user.Context, out var offset)) return false;
        row = Read(offset);
        return true;
    }

    bool TryTake(UserContext user, out long offset)
    {
        if (order == FeedOrder.Random)
        {
            offset = file.OffsetOf(first + (long)(user.NextUniform() * Count));
            return true;
        }

        lock (gate)
        {
            if (given == Count && end == FeedEnd.Wrap) (given, cursor) = (0, begin);
            offset = cursor;
            if (given == Count) return false;
            file.RowAt(cursor, out cursor);
            given++;
            return true;
        }
    }

    T Read(long offset)
    {
        try
        {
            return read(file.RowAt(offset, out _));
        }
        catch (Exception unfit) when (unfit is FormatException or JsonException)
        {
            throw new FeedException($"{file.Path}, line {file.LineOf(offset)}: {unfit.Message}", unfit);
        }
    }

    /// <summary>Reads every row once, so that all that are wrong are named before the first user starts.</summary>
    void Check()
    {
        var problems = new List<string>();
        var offset = file.OffsetOf(first);
        for (var row = 0L; row < Count && problems.Count < MostProblems; row++)
        {
            try
            {
                Read(offset);
            }
            catch (FeedException wrong)
            {
                problems.Add(wrong.Message);
            }

            file.RowAt(offset, out offset);
        }

        if (problems.Count == 0) return;
        var more = problems.Count == MostProblems ? "; there may be more" : "";
        throw new FeedException(string.Join("; ", problems) + more);
    }
}

/// <summary>Reads one row.</summary>
delegate T FeedRow<out T>(ReadOnlySpan<byte> row);

/// <summary>How rows are read.</summary>
static class FeedRows
{
    /// <summary>A row takes this much of the stack.</summary>
    const int MostColumns = 256;

    public static FeedRow<T> OfCsv<T>(FeedFile file, Func<CsvRow, T> read)
    {
        var columns = Columns(file);
        return row =>
        {
            Span<Range> fields = stackalloc Range[columns.Length];
            var count = CsvRow.Split(row, fields);
            if (count == CsvRow.HasTextBehindQuote) throw new FormatException("text stands behind a closing quote");
            if (count == CsvRow.HasOpenQuote)
            {
                throw new FormatException("a quote is not closed; one that is text stands twice, in a field in quotes");
            }

            if (count != columns.Length)
            {
                throw new FormatException(
                    $"it has {Counted.Of(count, "field")}; the header has {columns.Length}: "
                    + string.Join(", ", columns));
            }

            return read(new CsvRow(columns, row, fields));
        };
    }

    public static FeedRow<T> OfJson<T>(JsonTypeInfo<T> type) =>
        row => JsonSerializer.Deserialize(row, type) ?? throw new FormatException("it is null");

    static string[] Columns(FeedFile file)
    {
        var header = file.Header;
        Span<Range> fields = stackalloc Range[MostColumns];
        var count = CsvRow.Split(header, fields);
        if (count is < 1 or > MostColumns)
        {
            throw new FeedException(
                $"{file.Path}: the header is not 1 to {MostColumns} names with commas between them.");
        }

        var columns = new string[count];
        for (var index = 0; index < count; index++)
        {
            columns[index] = Encoding.UTF8.GetString(header.AsSpan(fields[index])).Trim();
        }

        var twice = columns.GroupBy(static name => name).FirstOrDefault(static group => group.Count() > 1)?.Key;
        return twice is null ? columns
            : throw new FeedException($"{file.Path}: the header names the column \"{twice}\" twice.");
    }
}
