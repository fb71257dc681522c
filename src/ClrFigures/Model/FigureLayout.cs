using Newtonsoft.Json;
using XPlot.Plotly;

namespace ClrFigures.Model;

/// <summary>A layout with the members of plotly.js 3 that XPlot's model lacks; its axes are named freely, where XPlot knows two of each.</summary>
internal sealed class FigureLayout : Layout.Layout
{
    /// <summary>The title, which is an object since plotly.js 3, and the axes by name: <c>xaxis</c>, <c>yaxis</c>, <c>yaxis2</c> and so on.</summary>
    [JsonExtensionData]
    public IDictionary<string, object?> Extra { get; init; } = new Dictionary<string, object?>();

    /// <summary>How the buttons look.</summary>
    public object? modebar { get; init; }
}
