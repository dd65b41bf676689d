namespace LeanLoad.Profiler.Report.Html;

/// <summary>
/// An HTML page in the making. It takes interpolated strings only: what stands in the code is markup, what stands in a
/// hole is text and is encoded, always. So no name that came over the wire can become markup by being forgotten.
/// </summary>
sealed class Page(TextWriter output)
{
    /// <summary>Where the handler, the scripts and the styles write to.</summary>
    internal TextWriter Output => output;

    /// <summary>Writes a line of markup.</summary>
    /// <param name="markup">An interpolated string; holes are encoded.</param>
#pragma warning disable CA1822 // The handler has written by the time this runs; the instance is its argument.
    public void Add([System.Runtime.CompilerServices.InterpolatedStringHandlerArgument("")] ref Markup markup) =>
        markup.End();
#pragma warning restore CA1822

    /// <summary>Writes one of the files that are part of this program, between a start and an end tag.</summary>
    /// <param name="tag"><c>script</c> or <c>style</c>.</param>
    /// <param name="name">The resource's name.</param>
    public void AddFile(string tag, string name)
    {
        using var file = typeof(Page).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded in this build.");
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        if (text.Contains("</" + tag, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException($"{name} would end its own <{tag}>.");
        }

        output.Write($"<{tag}>\n{text}\n</{tag}>\n");
    }

    /// <summary>Writes data for the scripts, so that none of it is ever read as code.</summary>
    /// <param name="id">What the script asks for.</param>
    /// <param name="write">Writes one JSON value.</param>
    public void AddData(string id, Action<System.Text.Json.Utf8JsonWriter> write)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        // The default encoder escapes <, > and &: no text ends the element.
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer)) write(json);
        Add($"""<script type="application/json" id="{id}">""");
        output.Write(System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan));
        Add($"</script>");
    }
}
