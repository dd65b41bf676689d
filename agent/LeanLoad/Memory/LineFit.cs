namespace LeanLoad.Memory;

/// <summary>
/// A straight line through few points, robust against one of them: the slope is the median of all pairs' slopes (Theil
/// 1950, Sen 1968), each pair weighted by its distance, for points stand ever further apart and near ones say little
/// (Jaeckel 1972). The bound is that of least squares with the scatter around this line and Student's t, and never
/// narrower than the error of a single reading makes it.
/// </summary>
readonly record struct LineFit
{
    readonly double meanX;
    readonly double spreadX;
    readonly int count;
    readonly double scatter;
    readonly double noise;

    LineFit(ReadOnlySpan<(double X, double Y)> points, double noise)
    {
        count = points.Length;
        this.noise = noise;
        foreach (var (x, _) in points) meanX += x / count;
        foreach (var (x, _) in points) spreadX += (x - meanX) * (x - meanX);
        Slope = WeightedMedianSlope(points);
        var residuals = new double[count];
        for (var at = 0; at < count; at++) residuals[at] = points[at].Y - Slope * points[at].X;
        Intercept = Median(residuals);
        var squares = 0.0;
        foreach (var (x, y) in points) squares += Math.Pow(y - Intercept - Slope * x, 2);
        scatter = Math.Sqrt(squares / Math.Max(1, count - 2));
    }

    /// <summary>Y for each X.</summary>
    public double Slope { get; }

    /// <summary>Y at 0.</summary>
    public double Intercept { get; }

    /// <summary>Fits two points or more, not all at one X; of two no scatter is known.</summary>
    /// <param name="points">X and Y.</param>
    /// <param name="noise">The standard error of a single Y, known from how it is measured; above 0.</param>
    public static LineFit Through(ReadOnlySpan<(double X, double Y)> points, double noise) => new(points, noise);

    /// <summary>The line's Y.</summary>
    public double At(double x) => Intercept + Slope * x;

    /// <summary>Half of the 95 % interval for a further reading at <paramref name="x"/>.</summary>
    public double HalfWidth(double x)
    {
        var reach = Math.Sqrt(1 + 1.0 / count + (x - meanX) * (x - meanX) / spreadX);
        return reach * Math.Max(scatter * StudentT975(count - 2), noise * 1.96);
    }

    /// <summary>Half of the 95 % interval of <see cref="Slope"/>.</summary>
    public double SlopeHalfWidth =>
        Math.Max(scatter * StudentT975(count - 2), noise * 1.96) / Math.Sqrt(spreadX);

    static double WeightedMedianSlope(ReadOnlySpan<(double X, double Y)> points)
    {
        var slopes = new List<(double Slope, double Weight)>();
        var total = 0.0;
        for (var i = 0; i < points.Length; i++)
        {
            for (var j = i + 1; j < points.Length; j++)
            {
                var distance = points[j].X - points[i].X;
                if (distance == 0) continue;
                slopes.Add(((points[j].Y - points[i].Y) / distance, Math.Abs(distance)));
                total += Math.Abs(distance);
            }
        }

        slopes.Sort((left, right) => left.Slope.CompareTo(right.Slope));
        var sum = 0.0;
        foreach (var (slope, weight) in slopes)
        {
            sum += weight;
            if (sum * 2 >= total) return slope;
        }

        return 0;
    }

    static double Median(double[] values)
    {
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    // The 97.5 % quantile of Student's distribution by degrees of freedom, from any table; beyond ten the expansion of
    // Cornish and Fisher.
    static double StudentT975(int freedom) => freedom switch
    {
        <= 1 => 12.706,
        2 => 4.303,
        3 => 3.182,
        4 => 2.776,
        5 => 2.571,
        6 => 2.447,
        7 => 2.365,
        8 => 2.306,
        9 => 2.262,
        10 => 2.228,
        _ => 1.95996 + 2.37227 / freedom + 2.8225 / ((double)freedom * freedom),
    };
}
