using XPlot.Plotly;

namespace ClrFigures.Model;

/// <summary>A scatter trace with the members of plotly.js 3 that XPlot's model lacks.</summary>
internal sealed class Curve : Scatter
{
    /// <summary>The hover text, in which <c>%{x}</c> and <c>%{y}</c> stand for the point.</summary>
    public string? hovertemplate { get; set; }

    /// <summary>Further values of each point, for the hover text.</summary>
    public object? customdata { get; init; }

    /// <summary>How texts of the hover box are drawn.</summary>
    public object? hoverlabel { get; init; }

    /// <summary>Whether a point outside the axes is cut off.</summary>
    public bool? cliponaxis { get; init; }

    /// <summary>Whether the legend has an entry for it.</summary>
    // XPlot throws where a member that was never set is read.
    public bool IsInLegend() => !ShouldSerializeshowlegend() || showlegend;

    /// <summary>Whether a click on its legend entry switches other traces too.</summary>
    public bool IsGrouped() => ShouldSerializelegendgroup() && legendgroup is not null;
}
