namespace LeanLoad.Load;

/// <summary>
/// A level over time, in straight lines: users of a closed model, or the arrival rate of an open one. Pure arithmetic:
/// no clock, no state. After the last stage the level stays.
/// </summary>
sealed class LoadCurve
{
    readonly Stage[] stages;

    // At the beginning of each stage, and behind the last one: seconds, level, and the area below the line so far.
    readonly double[] begins;
    readonly double[] levels;
    readonly double[] areas;

    /// <param name="start">The level at time 0.</param>
    /// <param name="stages">What follows; none: the level stays.</param>
    public LoadCurve(double start, params IReadOnlyList<Stage> stages)
    {
        this.stages = [.. stages];
        begins = new double[stages.Count + 1];
        levels = new double[stages.Count + 1];
        areas = new double[stages.Count + 1];
        levels[0] = start;
        for (var index = 0; index < stages.Count; index++)
        {
            var seconds = stages[index].Duration.TotalSeconds;
            begins[index + 1] = begins[index] + seconds;
            levels[index + 1] = stages[index].Target;
            areas[index + 1] = areas[index] + (levels[index] + levels[index + 1]) / 2 * seconds;
        }

        Duration = TimeSpan.FromSeconds(begins[^1]);
    }

    /// <summary>Whether the stages are looks at a line that has none of its own: no window is one of them.</summary>
    public bool IsSmooth { get; init; }

    /// <summary>All stages together.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The highest level that is ever reached.</summary>
    public double Highest => levels.Max();

    /// <summary>The level at a time from 0 on.</summary>
    public double LevelAt(TimeSpan time)
    {
        var index = StageAt(time);
        if (index == stages.Length) return levels[index];
        return levels[index] + (levels[index
            + 1] - levels[index]) * ((time.TotalSeconds - begins[index]) / (begins[index + 1] - begins[index]));
    }

    /// <summary>
    /// The stage at a time, from 0; the number of stages once all are over. A stage without duration is never it.
    /// </summary>
    public int StageAt(TimeSpan time)
    {
        var index = 0;
        while (index < stages.Length && time.TotalSeconds >= begins[index + 1]) index++;
        return index;
    }

    /// <summary>Where the level goes at a time.</summary>
    public Trend TrendAt(TimeSpan time)
    {
        var index = StageAt(time);
        if (index == stages.Length || levels[index + 1] == levels[index]) return Trend.Steady;
        return levels[index + 1] > levels[index] ? Trend.Rising : Trend.Falling;
    }

    /// <summary>
    /// When the area below the line reaches an amount; of an arrival rate λ, arrival i is due when ∫λ = i. In a stage
    /// that goes from λ₀ by k per second, λ₀ t + k t² / 2 = r, so t = 2 r / (λ₀ + √(λ₀² + 2 k r)): the form that loses
    /// no digits where k or λ₀ is small.
    /// </summary>
    /// <param name="area">0 or more.</param>
    /// <returns>Seconds since time 0; infinite where it is never reached.</returns>
    public double SecondsOfArea(double area)
    {
        var index = Array.BinarySearch(areas, area);
        // Several stages may end with the same area, where nothing comes: the earliest time is the answer.
        if (index >= 0)
        {
            while (index > 0 && areas[index - 1] == area) index--;
            return begins[index];
        }

        index = ~index - 1;
        var rest = area - areas[index];
        if (index == stages.Length)
        {
            return levels[index] > 0 ? begins[index] + rest / levels[index] : double.PositiveInfinity;
        }

        var slope = (levels[index + 1] - levels[index]) / (begins[index + 1] - begins[index]);
        var root = Math.Sqrt(Math.Max(0, levels[index] * levels[index] + 2 * slope * rest));
        return Math.Min(begins[index] + 2 * rest / (levels[index] + root), begins[index + 1]);
    }
}
