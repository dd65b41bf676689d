using LeanLoad.Diagnostics;
using LeanLoad.Profiler.Attribution;

namespace LeanLoad.Tests.Attribution;

/// <summary>Tells a view records as an agent does: as bytes.</summary>
static class View
{
    public static void Tell<T>(RunView view, in T record) where T : IRecord
    {
        Span<byte> buffer = new byte[Contract.MaxRecordBytes];
        view.Accept(buffer[..RecordWriter.Write(buffer, record)]);
    }
}
