using System.Buffers;
using System.Text;
using LeanLoad.Http;

namespace LeanLoad.Tests.Http;

/// <summary>
/// Drives head parser and body reader over a response that comes in pieces and then ends, as a connection would.
/// </summary>
static class ResponseReading
{
    /// <returns>Null: refused, or not whole.</returns>
    public static (int Status, string Body, string Left)? Read(byte[] input, IEnumerable<int> cuts, bool isHead)
    {
        var (held, body, head) = (new List<byte>(), new StringBuilder(), default(ResponseHead));
        BodyReader? reader = null;
        var from = 0;
        foreach (var cut in cuts.Append(input.Length))
        {
            held.AddRange(input[from..cut]);
            from = cut;
            while (reader is null)
            {
                var status = ResponseHead.Parse([.. held], isHead, out head, out var consumed);
                if (status == OperationStatus.NeedMoreData) break;
                if (status != OperationStatus.Done) return null;
                held.RemoveRange(0, consumed);
                if (head.Status is < 200 and not 101) continue;
                reader = new BodyReader(head);
            }

            if (reader is not { } own) continue;
            ReadOnlySpan<byte> rest = held.ToArray();
            while (true)
            {
                var status = own.Read(ref rest, out var data);
                body.Append(Encoding.Latin1.GetString(data));
                if (status is OperationStatus.InvalidData or OperationStatus.DestinationTooSmall) return null;
                if (status == OperationStatus.Done)
                {
                    return (head.Status, body.ToString(), Encoding.Latin1.GetString([.. rest, .. input[from..]]));
                }

                if (rest.IsEmpty) break;
            }

            held.Clear();
            reader = own;
        }

        return reader is { EndsWithConnection: true } ? (head.Status, body.ToString(), "") : null;
    }
}
