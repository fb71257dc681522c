using XPlot.Plotly;

namespace ClrFigures.Model;

/// <summary>An axis with the members of plotly.js 3 that XPlot's model lacks. It serves as x and as y axis: XPlot's two have the same members.</summary>
internal sealed class Axis : Xaxis
{
    /// <summary>Widens the margin where labels need it.</summary>
    public bool? automargin { get; init; } = true;

    /// <summary>The axis that this one is zoomed with.</summary>
    public string? matches { get; set; }

    /// <summary>The dash of grid lines.</summary>
    public string? griddash { get; init; }

    /// <summary>The power of ten (as an exponent) below which labels have no exponent.</summary>
    public int? minexponent { get; init; }

    /// <summary>The first line of a hover box that gathers all traces.</summary>
    public object? unifiedhovertitle { get; init; }

    /// <summary>Whether it has grid lines.</summary>
    // XPlot throws where a member that was never set is read.
    public bool HasGrid() => !ShouldSerializeshowgrid() || showgrid;
}
