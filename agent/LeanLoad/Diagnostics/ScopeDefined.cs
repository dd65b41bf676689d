using LeanLoad.Memory;

namespace LeanLoad.Diagnostics;

/// <summary>A line of the ledger has this id from now on.</summary>
/// <param name="Scope">The scope.</param>
readonly record struct ScopeDefined(Scope Scope) : IRecord
{
    /// <inheritdoc/>
    public RecordKind Kind => RecordKind.ScopeDefined;

    /// <inheritdoc/>
    public void WriteTo(ref RecordWriter writer)
    {
        writer.Count(Scope.Id);
        writer.Count((int)Scope.Kind);
        writer.Text(Scope.Name);
    }

    internal static ScopeDefined Read(ref RecordReader reader) =>
        new(new(reader.SmallCount(), (ScopeKind)reader.Choice(), reader.Text()));
}
