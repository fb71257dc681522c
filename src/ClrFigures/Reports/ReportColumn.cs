namespace ClrFigures.Reports;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its head.</param>
/// <param name="IsNumber">Whether it holds numbers, which stand at the right.</param>
public sealed record ReportColumn(string Name, bool IsNumber = false);
