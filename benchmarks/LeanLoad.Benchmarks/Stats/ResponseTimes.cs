namespace LeanLoad.Benchmarks.Stats;

/// <summary>Times as a web service gives them: log-normal around 4 ms, a few of them a hundred times as long.</summary>
static class ResponseTimes
{
    const double MedianUs = 4_000;
    const double Sigma = 0.8;

    /// <summary>The same times at every call.</summary>
    /// <param name="count">How many.</param>
    /// <returns>Microseconds.</returns>
    public static long[] Draw(int count)
    {
        var random = new Random(20260101);
        var times = new long[count];
        for (var index = 0; index < count; index++)
        {
            // Box and Muller, 1958.
            var normal =
                Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            times[index] = (long)(MedianUs * Math.Exp(Sigma * normal)) * (random.Next(100) == 0 ? 100 : 1);
        }

        return times;
    }
}
