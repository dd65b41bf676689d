using System.Diagnostics;
using System.Globalization;
using System.Text;
using LeanLoad.Http;
using LeanLoad.Memory;
using LeanLoad.Stats;
using Xunit;

namespace LeanLoad.Tests.Http;

/// <summary>
/// Mutates the rows of <see cref="ResponseCases"/> and holds the parsers to the plain reference, however the bytes are
/// cut. Without coverage, so that it needs nothing but the test: a second of it runs always; for hours,
/// <c>LEANLOAD_FUZZ_SECONDS=14400 dotnet run --project tests/LeanLoad.Tests -c Release -- --filter-class
/// LeanLoad.Tests.Http.FuzzTests</c>. A difference names its seed and input; <c>LEANLOAD_FUZZ_SEED</c> repeats it.
/// </summary>
public sealed class FuzzTests
{
    // Longer ones are about the limits, which the reference does not have.
    static readonly string[] Seeds =
    [
        .. ResponseCases.Valid.Select(static row => row.Data.Item2)
            .Concat(ResponseCases.Invalid.Select(static row => row.Data.Item2))
            .Where(static wire => wire.Length <= 1000),
    ];

    static readonly string[] Words =
    [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", ",", "\r\n\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.0 ",
        "Content-Length: ", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: ", "chunked", "gzip, ", "0\r\n", "0\r\n\r\n", "1\r\nx\r\n", "5", "ffffffffffffffff",
        "7fffffffffffffff", "Connection: close\r\n",
        "\u000b", "\u007f", "\u0080", "\u00ff", "Set-Cookie: a=b; Max-Age=1\r\n", "; Domain=", "; Path=/",
        "Sun, 06 Nov 1994 08:49:37 GMT", "%", "=",
    ];

    [Fact]
    public void Mutated_responses_are_read_as_the_reference_reads_them() => Run(static (random, wire) =>
    {
        var input = Encoding.Latin1.GetBytes(wire);
        var cuts = Enumerable.Range(1, Math.Max(input.Length - 1, 0)).Where(_ => random.Next(6) == 0).ToArray();
        var isHead = random.Next(8) == 0;
        var (expected, seen) = (ReferenceParser.Read(wire, isHead), ResponseReading.Read(input, cuts, isHead));
        return expected == seen ? null : $"HEAD {isHead}, cut at {string.Join(' ', cuts)}: {seen}, expected {expected}";
    });

    [Fact]
    public void Mutated_cookies_and_dates_never_throw_and_stay_within_their_limits()
    {
        var jar = new CookieJar();
        Run((random, wire) =>
        {
            var bytes = Encoding.Latin1.GetBytes(wire);
            CookieDate.TryRead(bytes, out _);
            if (SetCookie.Read(bytes, "a.test", "/x/y"u8, isSecure: random.Next(2) == 0, 1000) is not { } cookie)
            {
                return null;
            }

            jar.Store(cookie, isSecure: true, 1000);
            return jar.Count <= CookieJar.MaxCookies && jar.Bytes is >= 0 and <= CookieJar.MaxBytes ? null
                : $"{jar.Count} cookies, {jar.Bytes} bytes";
        });
    }

    [Fact]
    public void Mutated_codings_never_throw_and_stay_within_their_limits()
    {
        var plain = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 300)));
        var pages = new PageRoom();
        var coded = new Dictionary<string, byte[]>();
        foreach (var coding in new[] { "gzip", "deflate", "br" })
        {
            coded[coding] = ContentCodingTests.Coded(coding, plain);
        }

        Run((random, _) =>
        {
            var coding = coded.Keys.ElementAt(random.Next(3));
            var bytes = (byte[])coded[coding].Clone();
            for (var count = random.Next(4); count >= 0; count--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var decoded = new KeptBytes(pages);
            decoded.Begin(16);
            var failure = ContentCoding.TryDecode(Encoding.ASCII.GetBytes(coding),
                bytes.AsSpan(0, random.Next(bytes.Length + 1)), ref decoded, out var reason);
            var length = decoded.Span.Length;
            decoded.Release();
            return length <= ContentCoding.MaxDecodedBytes && (failure == FailureKind.None) == (reason.Length == 0)
                ? null : $"{coding}: {failure}, {length} bytes, \"{reason}\"";
        });
    }

    /// <summary>Runs a property over mutants: a fixed number of them, or for as long as the environment says.</summary>
    static void Run(Func<Random, string, string?> difference)
    {
        var seconds = Setting("LEANLOAD_FUZZ_SECONDS") ?? 0;
        var first = Setting("LEANLOAD_FUZZ_SEED");
        var ran = Stopwatch.StartNew();
        for (var seed = first ?? (seconds > 0 ? Environment.TickCount : 1); ; seed++)
        {
            var random = new Random(seed);
            for (var count = 0; count < 5_000; count++)
            {
                var wire = Mutant(random);
                string? found;
                try
                {
                    found = difference(random, wire);
                }
#pragma warning disable CA1031 // Whatever is thrown is what was looked for.
                catch (Exception thrown)
#pragma warning restore CA1031
                {
                    found = thrown.ToString();
                }

                if (found is not null)
                {
                    Assert.Fail($"LEANLOAD_FUZZ_SEED={seed}, mutant {count}, "
                        + $"{System.Text.Json.JsonSerializer.Serialize(wire)}: {found}");
                }
            }

            if (first is not null || ran.Elapsed.TotalSeconds >= seconds) return;
        }
    }

    static string Mutant(Random random)
    {
        var wire = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
        for (var steps = 1 + random.Next(4); steps > 0; steps--)
        {
            var at = random.Next(wire.Length + 1);
            var length = Math.Min(random.Next(12), wire.Length - at);
            switch (random.Next(6))
            {
                case 0:
                    wire.Insert(at, Words[random.Next(Words.Length)]);
                    break;
                case 1:
                    wire.Remove(at, length);
                    break;
                case 2 when at < wire.Length:
                    wire[at] = (char)random.Next(256);
                    break;
                case 3:
                    wire.Insert(at, wire.ToString(at, length));
                    break;
                case 4:
                    var other = Seeds[random.Next(Seeds.Length)];
                    wire.Insert(at, other.AsSpan(random.Next(other.Length)));
                    break;
                case 5:
                    wire.Length = at;
                    break;
            }
        }

        return wire.ToString();
    }

    static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value
            : null;
}
