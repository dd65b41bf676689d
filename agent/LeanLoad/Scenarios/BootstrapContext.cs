using LeanLoad.Http;
using Serilog;

namespace LeanLoad;

/// <summary>What a bootstrap may use beside its settings.</summary>
public sealed class BootstrapContext
{
    internal BootstrapContext(HttpSession http, ILogger log)
    {
        Http = http;
        Log = log;
    }

    /// <summary>Requests to the target of <c>--url</c>; they are not counted in the statistics.</summary>
    public HttpSession Http { get; }

    /// <summary>The agent's log.</summary>
    public ILogger Log { get; }
}
