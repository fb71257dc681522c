namespace ClrFigures.Reports;

/// <summary>A table of a report: texts, not encoded.</summary>
/// <param name="Caption">What the rows are.</param>
/// <param name="Columns">The heads; the first column names the row.</param>
/// <param name="Rows">The rows, each as long as the heads.</param>
public sealed record ReportTable(string Caption, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
