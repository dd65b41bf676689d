using System.Globalization;
using System.Xml;
using System.Xml.Schema;
using CsCheck;
using CsvHelper;
using CsvHelper.Configuration;
using HdrHistogram;
using LeanLoad.Diagnostics;
using LeanLoad.Exports;
using LeanLoad.Report;
using LeanLoad.Stats;
using LeanLoad.Tests.Report;
using Xunit;

namespace LeanLoad.Tests.Exports;

/// <summary>Each export, read back by somebody else's reader or one that is stricter than any.</summary>
public sealed class ExportTests
{
    /// <summary>
    /// The elements and attributes that build servers know, as an XML schema: no more may be there, and none of these
    /// may lack.
    /// </summary>
    const string JUnitSchema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <xs:attributeGroup name="counts">
            <xs:attribute name="name" type="xs:string" use="required"/>
            <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
            <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
            <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
            <xs:attribute name="time" type="xs:decimal" use="required"/>
          </xs:attributeGroup>
          <xs:element name="testsuites"><xs:complexType>
            <xs:sequence><xs:element ref="testsuite" maxOccurs="unbounded"/></xs:sequence><xs:attributeGroup ref="counts"/>
          </xs:complexType></xs:element>
          <xs:element name="testsuite"><xs:complexType>
            <xs:sequence><xs:element ref="testcase" maxOccurs="unbounded"/></xs:sequence><xs:attributeGroup ref="counts"/>
            <xs:attribute name="skipped" type="xs:nonNegativeInteger" use="required"/>
            <xs:attribute name="timestamp" type="xs:dateTime" use="required"/>
          </xs:complexType></xs:element>
          <xs:element name="testcase"><xs:complexType>
            <xs:sequence><xs:element ref="failure" minOccurs="0"/></xs:sequence>
            <xs:attribute name="classname" type="xs:string" use="required"/>
            <xs:attribute name="name" type="xs:string" use="required"/>
            <xs:attribute name="time" type="xs:decimal" use="required"/>
          </xs:complexType></xs:element>
          <xs:element name="failure"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
            <xs:attribute name="message" type="xs:string" use="required"/><xs:attribute name="type" type="xs:string" use="required"/>
          </xs:extension></xs:simpleContent></xs:complexType></xs:element>
        </xs:schema>
        """;

    [Fact]
    public void JUnit_has_a_case_for_the_run_each_threshold_and_each_check_and_is_valid()
    {
        var run = Sample();
        var text = Text(output => JUnitExport.Write(output, run));
        Golden.Matches("exports/junit.xml", text);
        var schemas = new XmlSchemaSet();
        using (var schema = XmlReader.Create(new StringReader(JUnitSchema))) schemas.Add(XmlSchema.Read(schema, null)!);
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, Schemas = schemas };
        var document = new XmlDocument();
        using (var reader = XmlReader.Create(new StringReader(text), settings)) document.Load(reader);
        var cases = document.SelectNodes("//testcase")!.Cast<XmlElement>().ToList();
        Assert.Equal(["ended as planned", "not p99 > 200ms", "not failures > 1%", "GET /\u00fcber?a=\"1,2\"&b=<c>",
            "GET /plain"], cases.Select(static one => one.GetAttribute("name")));
        Assert.Equal(2, document.SelectNodes("//failure")!.Count);
        Assert.Equal("2", document.DocumentElement!.GetAttribute("failures"));
    }

    [Theory]
    [InlineData(0, false, null)]
    [InlineData(99, true, null)]
    [InlineData(99, false, "exit code 99: All 7 requests failed.")]
    [InlineData(3, false, "exit code 3: All 7 requests failed.")]
    [InlineData(88, true, "exit code 88: All 7 requests failed.")]
    public void The_case_of_the_run_fails_unless_it_passed_or_a_threshold_says_what_failed(
        int exitCode, bool hasFailedThreshold, string? says)
    {
        var run = SummaryTests.Passed() with
        {
            ExitCode = exitCode,
            Verdict = "All 7 requests failed.",
            Thresholds = [new ThresholdJudged("p99 > 200ms", hasFailedThreshold, "99.3 ms")],
        };
        var document = new XmlDocument();
        document.LoadXml(Text(output => JUnitExport.Write(output, run)));
        Assert.Equal(says, document.SelectSingleNode("//testcase[@name='ended as planned']/failure/@message")?.Value);
    }

    [Fact]
    public void Tables_are_read_by_a_strict_reader_whatever_stands_in_them()
    {
        var run = Sample();
        var stats = Text(output => CsvExport.Stats(output, run));
        var failures = Text(output => CsvExport.Failures(output, run));
        Golden.Matches("exports/stats.csv", stats);
        Golden.Matches("exports/failures.csv", failures);
        var scenarios = Text(static output => CsvExport.Scenarios(output, SummaryTests.SideBySide()));
        Golden.Matches("exports/scenarios.csv", scenarios);
        Assert.Equal(["scenario", "browse", "buy"], StrictCsv.Read(scenarios).Select(static row => row[0]));
        var rows = StrictCsv.Read(stats);
        Assert.Equal(["type", "request", "request", "all"], rows.Select(static row => row[0]).Take(4));
        Assert.Equal("GET /\u00fcber?a=\"1,2\"&b=<c>", rows[1][1]);
        Assert.Equal(run.Requests.Rows[0]
            .Response!.Value.P99Us.ToString(CultureInfo.InvariantCulture), rows[1][10]);
        Assert.Equal("line one\r\nline \"two\", three\u0001",
            StrictCsv.Read(failures).Single(static row => row[1] == "rejected")[5]);
    }

    [Fact]
    public void Any_text_comes_back_from_a_table() => Gen.String.Array[1, 5].Array[1, 5].Sample(static drawn =>
    {
        var width = drawn[0].Length;
        var lines = drawn.Where(line => line.Length == width).ToArray();
        var text = Text(output =>
        {
            var csv = new Csv(output);
            foreach (var line in lines) csv.Line(line);
        });
        var read = StrictCsv.Read(text);
        Assert.Equal(lines.Length, read.Count);
        foreach (var (line, index) in lines.Select(static (line, index) => (line, index)))
        {
            Assert.Equal(line, read[index]);
        }
    });

    [Fact]
    public void Tables_are_read_by_CsvHelper_field_by_field()
    {
        var run = Sample();
        foreach (var text in new[] { Text(output => CsvExport.Stats(output, run)),
            Text(output => CsvExport.Failures(output, run)), Text(WriteHistory) })
        {
            var settings = new CsvConfiguration(CultureInfo.InvariantCulture) { HasHeaderRecord = false };
            using var parser = new CsvParser(new StringReader(text), settings);
            var rows = new List<string[]>();
            while (parser.Read()) rows.Add(parser.Record!);
            Assert.Equal(StrictCsv.Read(text), rows);
            Assert.All(rows, row => Assert.Equal(rows[0].Length, row.Length));
        }
    }

    [Fact]
    public void The_seconds_of_a_run_read_well()
    {
        Golden.Matches("exports/history.csv", Text(WriteHistory));
        Golden.Matches("exports/run.hlog", Text(static output =>
        {
            var log = new HdrLog(output, DateTimeOffset.FromUnixTimeMilliseconds(1_795_615_093_183));
            foreach (var second in Seconds()) log.Add(second);
        }));
    }

    [Fact]
    public void An_HdrHistogram_log_is_read_by_HdrHistogram_with_every_count() =>
        Gen.Select(Gen.OneOf(Gen.Long[0, 300], Gen.Long[0, 10_000_000], Gen.Long[0, LatencyHistogram.HighestUs])
            .Array[0, 200], Gen.Int[1, 5]).Sample(static (times, seconds) =>
        {
            var stats = new RequestStats();
            foreach (var us in times) stats.Record(us, us / 2, 1, FailureKind.None);
            var text = Text(output =>
            {
                var log = new HdrLog(output, DateTimeOffset.FromUnixTimeMilliseconds(1_795_615_093_183));
                for (var second = 0; second < seconds; second++)
                {
                    log.Add(new RunSecond(TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(second + 1), 0, 1, 0,
                        default, stats));
                }
            });
            using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
            using var reader = new HistogramLogReader(stream);
            var read = reader.ReadHistograms().ToList();
            Assert.Equal(2 * seconds, read.Count);
            Same(stats.Response, read.First(static one => one.Tag == "response"));
            Same(stats.Service, read.First(static one => one.Tag == "service"));
        }, iter: 200);

    static void Same(LatencyHistogram ours, HistogramBase theirs)
    {
        Assert.Equal(ours.Count, theirs.TotalCount);
        foreach (var (index, count) in ours.Buckets)
        {
            Assert.Equal(count, theirs.GetCountAtValue(LatencyHistogram.UpperBoundUs(index)));
        }
    }

    static void WriteHistory(TextWriter output)
    {
        var history = new CsvHistory(output);
        foreach (var second in Seconds()) history.Add(second);
    }

    /// <summary>One in which requests ended, and one in which none did.</summary>
    static IEnumerable<RunSecond> Seconds()
    {
        var stats = new RequestStats();
        for (var us = 1_000; us <= 50_000; us += 1_000)
        {
            stats.Record(us, us / 2, 100, us == 9_000 ? FailureKind.Timeout : FailureKind.None);
        }

        yield return new RunSecond(1.Seconds(), 2.Seconds(), 0, 10, 3, new Books(60, 49, 1, 4, 3, 0, 3), stats);
        yield return new RunSecond(2.Seconds(), 3.02.Seconds(), 1, 10, 10, new Books(70, 49, 1, 7, 3, 0, 10), new());
    }

    static RunResult Sample()
    {
        var (odd, plain) = (new RequestStats(), new RequestStats());
        for (var us = 1_000; us <= 100_000; us += 1_000)
        {
            odd.Record(us, us / 2, 120, us == 50_000 ? FailureKind.Timeout : FailureKind.None, TimeSpan.FromSeconds(2));
        }

        odd.Reject(TimeSpan.FromSeconds(1));
        odd.AddExample(FailureKind.Rejected, "line one\r\nline \"two\", three\u0001");
        plain.Record(500, 500, 10, FailureKind.None);
        return SummaryTests.Passed() with
        {
            ExitCode = 99,
            Requests = RequestSummary.Of(
                new Dictionary<int, RequestStats> { [1] = odd, [2] = plain }, static id =>
                    id == 1 ? "GET /\u00fcber?a=\"1,2\"&b=<c>" : "GET /plain", TimeSpan.FromSeconds(10)),
            Thresholds = [new ThresholdJudged("p99 > 200ms", false, "99.3 ms"),
                new ThresholdJudged("failures > 1%", true, "2 %")],
        };
    }

    static string Text(Action<TextWriter> write)
    {
        var output = new StringWriter();
        write(output);
        return output.ToString();
    }
}
