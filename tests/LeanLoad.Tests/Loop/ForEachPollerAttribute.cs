using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace LeanLoad.Tests.Loop;

/// <summary>Gives each poller as the theory's one argument.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ForEachPollerAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([new TheoryDataRow<PollerChoice>(PollerChoice.Epoll),
            new TheoryDataRow<PollerChoice>(PollerChoice.Portable)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
