namespace ClrFigures.Reports;

/// <summary>One kind of object in a report: a summary and its figures.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Tables">The summaries.</param>
/// <param name="Figures">The figures.</param>
public sealed record ReportSection(string Name, IReadOnlyList<ReportTable> Tables, IReadOnlyList<ClrFigure> Figures);
