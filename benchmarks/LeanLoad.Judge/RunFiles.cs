namespace LeanLoad.Judge;

/// <summary>The files of one run.</summary>
/// <param name="directory">Where they lie.</param>
/// <param name="name">Of the run.</param>
sealed class RunFiles(string directory, string name)
{
    /// <summary>By <c>--journal</c>.</summary>
    public string Journal { get; } = Path.Combine(directory, name + ".journal");

    /// <summary>By <c>--json</c>.</summary>
    public string Json { get; } = Path.Combine(directory, name + ".json");

    /// <summary>By the hungry agent's witness (<c>HUNGRY_WITNESS</c>).</summary>
    public string Witness { get; } = Path.Combine(directory, name + ".witness");

    /// <summary>The agent itself, where it is a copy.</summary>
    public string Program { get; } = Path.Combine(directory, name + ".agent");

    public void Delete()
    {
        foreach (var file in (string[])[Journal, Json, Witness, Program]) File.Delete(file);
    }
}
