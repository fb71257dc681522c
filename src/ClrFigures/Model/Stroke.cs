using XPlot.Plotly;

namespace ClrFigures.Model;

/// <summary>A line with the members of plotly.js 3 that XPlot's model lacks.</summary>
internal sealed class Stroke : Line
{
    /// <summary>Whether plotly.js may leave out points: series are thinned before, and a slow bend would show corners.</summary>
    public bool simplify { get; }
}
