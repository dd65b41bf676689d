using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

namespace LeanLoad.Benchmarking;

/// <summary>
/// Makes each class a group of its own: in a table of all classes BenchmarkDotNet would compare every benchmark with
/// the first baseline that it finds.
/// </summary>
sealed class OwnBaselines : ICategoryDiscoverer
{
    public string[] GetCategories(MethodInfo method) => [method.DeclaringType!.Name];

    /// <summary>A configuration in which that holds.</summary>
    public static ManualConfig AddTo(IConfig config) => config
        .AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByCategory)
        .HideColumns(Column.Categories)
        .WithCategoryDiscoverer(new OwnBaselines());
}
