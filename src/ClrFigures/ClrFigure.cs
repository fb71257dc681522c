namespace ClrFigures;

/// <summary>A figure that plotly.js 3 draws: what <c>Plotly.newPlot(div, data, layout, config)</c> takes, as JSON.</summary>
/// <param name="Title">What the figure shows, as plain text. It isn't encoded: encode it for the place that it goes to.</param>
/// <param name="Data">The traces: a JSON array that is safe inside an inline script (<c>&lt;</c> is written <c>\u003c</c>).</param>
/// <param name="Layout">The layout: a JSON object, safe inside an inline script. Its backgrounds are transparent, its greys readable on light and dark.</param>
/// <param name="Config">The configuration: a JSON object, safe inside an inline script.</param>
/// <param name="Height">The height in pixels that the figure is laid out for; its width follows its place.</param>
public sealed record ClrFigure(string Title, string Data, string Layout, string Config, int Height)
{
    /// <summary>The three parts as one JSON object with the members <c>data</c>, <c>layout</c> and <c>config</c>, as in a <c>.plotly.json</c> file.</summary>
    public string ToJson() => $$"""{"data":{{Data}},"layout":{{Layout}},"config":{{Config}}}""";

    /// <summary>The title.</summary>
    public override string ToString() => Title;
}
