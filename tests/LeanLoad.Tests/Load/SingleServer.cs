namespace LeanLoad.Tests.Load;

/// <summary>A queue with one server that takes the same time for each: what it should show, and what it does.</summary>
static class SingleServer
{
    /// <summary>
    /// P(response time ≤ t) in M/D/1 by Erlang's formula (A. K. Erlang, 1909; Gross, Shortle, Thompson, Harris,
    /// "Fundamentals of Queueing Theory", §6.1): (1 - ρ) Σ (λ(kD - w))^k / k! · e^(-λ(kD - w)) over k from 0 to w / D,
    /// with the waiting time w = t - D.
    /// </summary>
    /// <param name="time">Seconds; 0 or more.</param>
    /// <param name="rate">Arrivals per second.</param>
    /// <param name="service">Seconds for each; the product with the rate is below 1.</param>
    public static double Answered(double time, double rate, double service)
    {
        var wait = time - service;
        if (wait < 0) return 0;
        var sum = 0.0;
        for (var k = 0; k * service <= wait; k++)
        {
            var (x, term) = (rate * (k * service - wait), 1.0);
            for (var factor = 1; factor <= k; factor++) term *= x / factor;
            sum += term * Math.Exp(-x);
        }

        return (1 - rate * service) * sum;
    }

    /// <summary>The response time that a share of the arrivals does not exceed, in seconds.</summary>
    public static double Quantile(double share, double rate, double service)
    {
        var (low, high) = (0.0, 1000 * service);
        // The formula's terms alternate and lose digits far out: nobody asks there.
        while (Answered(high, rate, service) is not (> 0 and <= 1)) high /= 2;
        while (high - low > 1e-9)
        {
            var middle = (low + high) / 2;
            if (Answered(middle, rate, service) < share) low = middle;
            else high = middle;
        }

        return low;
    }

    /// <summary>The response times that arrivals at these times have, in seconds (D. V. Lindley, 1952).</summary>
    public static IEnumerable<double> Responses(IEnumerable<double> arrivals, double service)
    {
        var free = 0.0;
        foreach (var at in arrivals)
        {
            free = Math.Max(free, at) + service;
            yield return free - at;
        }
    }
}
