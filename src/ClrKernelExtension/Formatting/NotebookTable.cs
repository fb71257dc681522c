using System.Globalization;

namespace ClrKernelExtension.Formatting;

/// <summary>A small table of text cells, as HTML or as plain text.</summary>
/// <param name="Headers">The columns.</param>
/// <param name="Rows">The cells of each row, as many as there are columns.</param>
internal sealed record NotebookTable(string[] Headers, IReadOnlyList<string[]> Rows)
{
    /// <summary>A number with four significant digits.</summary>
    public static string Number(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A share in percent with two decimals.</summary>
    public static string Percent(double? value) => value is { } share ? share.ToString("F2", CultureInfo.InvariantCulture) + " %" : "";

    public string ToHtml() =>
        $"<table><thead><tr>{Cells("th", Headers)}</tr></thead><tbody>{string.Concat(Rows.Select(row => $"<tr>{Cells("td", row)}</tr>"))}</tbody></table>";

    public string ToText()
    {
        int[] widths = [.. Headers.Select((header, column) => Math.Max(header.Length, Rows.Select(row => row[column].Length).DefaultIfEmpty().Max()))];
        return string.Join('\n', new[] { Headers }.Concat(Rows).Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }

    private static string Cells(string tag, string[] cells) =>
        string.Concat(cells.Select(cell => $"<{tag} style=\"text-align:left\">{Encoded.Html(cell)}</{tag}>"));
}
