using LeanLoad.Generators;
using Microsoft.CodeAnalysis;
using Xunit;

namespace LeanLoad.Tests.Generators;

public sealed class IncrementalityTests
{
    [Fact]
    public void An_edit_in_another_file_leaves_every_step_cached()
    {
        var steps = After(source => Replace(source, "Other.cs", "sealed class Other { public int More; }"));

        Assert.Equal(IncrementalStepRunReason.Cached, Reason(steps, "Bound"));
        Assert.Equal(IncrementalStepRunReason.Cached, Reason(steps, "Text"));
        Assert.All(Outputs(steps), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_edit_that_only_moves_declarations_writes_no_new_output()
    {
        var steps = After(source => Replace(source, "Load.cs", "// Moves every line below.\n" + Samples.Hub));

        Assert.Equal(IncrementalStepRunReason.Unchanged, Reason(steps, "Bound"));
        Assert.All(Outputs(steps), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_edit_of_a_method_body_writes_no_new_output()
    {
        var steps = After(source => Replace(source, "Load.cs",
            Samples.Hub.Replace("\"registry \"", "\"Registry \"", StringComparison.Ordinal)));

        Assert.All(Outputs(steps), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_edit_of_a_declaration_writes_a_new_output()
    {
        var steps = After(source =>
            Replace(source, "Load.cs", Samples.Hub.Replace("Weight = 3", "Weight = 4", StringComparison.Ordinal)));

        Assert.Equal(IncrementalStepRunReason.Modified, Reason(steps, "Text"));
        Assert.Contains(IncrementalStepRunReason.Modified, Outputs(steps));
    }

    static GeneratorRunResult After(Func<Compilation, Compilation> edit)
    {
        var first = LoadFileCompiler.Source(Samples.Hub)
            .AddSyntaxTrees(LoadFileCompiler.Parse("sealed class Other;", "Other.cs"));
        return LoadFileCompiler.Driver()
            .RunGenerators(first, TestContext.Current.CancellationToken)
            .RunGenerators(edit(first), TestContext.Current.CancellationToken)
            .GetRunResult().Results.Single(one => one.Generator.GetGeneratorType() == typeof(LoadFileGenerator));
    }

    static Compilation Replace(Compilation source, string path, string text) =>
        source.ReplaceSyntaxTree(source.SyntaxTrees.Single(tree => tree.FilePath == path),
            LoadFileCompiler.Parse(text, path));

    static IncrementalStepRunReason Reason(GeneratorRunResult result, string step) =>
        result.TrackedSteps[step].Single().Outputs.Single().Reason;

    static IEnumerable<IncrementalStepRunReason> Outputs(GeneratorRunResult result) =>
        result.TrackedOutputSteps.SelectMany(one => one.Value).SelectMany(one => one.Outputs).Select(one => one.Reason);
}
