namespace LeanLoad;

/// <summary>The whole of a run.</summary>
public static class LoadTest
{
    /// <summary>Runs the load that the calling program declares.</summary>
    /// <param name="args">The program's arguments; <c>--help</c> lists them.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(string[] args) => throw new NotImplementedException();
}
