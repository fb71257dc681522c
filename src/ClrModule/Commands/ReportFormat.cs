namespace ClrModule.Commands;

/// <summary>What a report is written as.</summary>
public enum ReportFormat
{
    /// <summary>One page that holds all that it needs.</summary>
    Html,

    /// <summary>The tables, and the figures as plotly.js takes them.</summary>
    Json,

    /// <summary>A picture of each figure in pixels; needs Chromium.</summary>
    Png,

    /// <summary>A picture of each figure in vectors; needs Chromium.</summary>
    Svg,
}
