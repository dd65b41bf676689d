using System.Globalization;

namespace LeanLoad.Shaping;

/// <summary>
/// The network that each user sits behind: <c>--shape rate=1Mbit,latency=50ms,jitter=10ms,loss=1%</c>. What is not
/// named does not limit.
/// </summary>
/// <param name="BitsPerSecond">Each way, TCP's payload (and TLS) alone; 0 for no limit.</param>
/// <param name="Latency">Added to each round trip: to all that is received, and to connecting.</param>
/// <param name="Jitter">How far the latency of a packet may lie from that, evenly; order is kept, as TCP keeps
/// it.</param>
/// <param name="Loss">
/// The share of packets of <see cref="PacketBytes"/> that are lost, 0 to below 1. TCP sends a lost packet again, so a
/// program never sees loss but its price: that packet, and everything behind it, is later by
/// <see cref="Retransmission"/>, twice that when it is lost again, and so on.
/// </param>
sealed record Shape(double BitsPerSecond, TimeSpan Latency, TimeSpan Jitter, double Loss)
{
    /// <summary>
    /// What a packet carries: Ethernet's 1,500 bytes without the headers of IPv4 and TCP with timestamps.
    /// </summary>
    public const int PacketBytes = 1448;

    /// <summary>Linux's shortest retransmission timeout (TCP_RTO_MIN); the round trip comes on top of it.</summary>
    public static readonly TimeSpan Retransmission = TimeSpan.FromMilliseconds(200);

    /// <summary>After which a lost SYN is sent again (RFC 6298 §2.1).</summary>
    public static readonly TimeSpan SynRetransmission = TimeSpan.FromSeconds(1);

    static readonly (string Suffix, double Factor)[] Rates = [("Gbit", 1e9), ("Mbit", 1e6), ("kbit", 1e3), ("bit", 1)];

    /// <summary>Reads it; every part that is wrong is told.</summary>
    public static bool TryParse(string text, out Shape value, out string? problem)
    {
        value = new Shape(0, TimeSpan.Zero, TimeSpan.Zero, 0);
        var problems = new List<string>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var (key, amount) = part.Split('=', 2) is [var left, var right] ? (left, right) : (part, "");
            switch (key)
            {
                case "rate" when TryParseRate(amount, out var rate): value = value with { BitsPerSecond = rate }; break;
                case "rate":
                    problems.Add($"rate \"{amount}\" is not a rate; write a number and bit, kbit, Mbit or "
                    + "Gbit, such as 1Mbit"); break;
                case "loss" when TryParseShare(amount, out var loss): value = value with { Loss = loss }; break;
                case "loss":
                    problems.Add(
                    $"loss \"{amount}\" is not a share from 0% to below 100%; write a number and %, such as 1%"); break;
                case "latency" when Durations.TryParse(amount, out var latency, out _):
                    value = value with
                    {
                        Latency = latency,
                    }; break;
                case "jitter" when Durations.TryParse(amount, out var jitter, out _):
                    value = value with
                    {
                        Jitter = jitter,
                    }; break;
                case "latency" or "jitter":
                    problems.Add(
                    $"{key} \"{amount}\" is not a duration; write a number and a unit, such as 50ms"); break;
                default: problems.Add($"\"{part}\" is none of rate=1Mbit, latency=50ms, jitter=10ms, loss=1%"); break;
            }
        }

        if (problems.Count == 0 && value.Jitter > value.Latency)
        {
            problems.Add("jitter is larger than latency, and nothing arrives before it is sent");
        }

        problem = problems.Count == 0 ? null : string.Join("; ", problems);
        return problems.Count == 0;
    }

    static bool TryParseRate(string text, out double rate)
    {
        rate = 0;
        foreach (var (suffix, factor) in Rates)
        {
            if (!text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) continue;
            if (!double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out rate))
            {
                return false;
            }

            rate *= factor;
            // Below a packet in ten minutes nothing would ever end.
            return rate >= 20 && double.IsFinite(rate);
        }

        return false;
    }

    static bool TryParseShare(string text, out double share)
    {
        share = 0;
        if (!text.EndsWith('%')
            || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out share))
        {
            return false;
        }

        share /= 100;
        return share < 1;
    }
}
