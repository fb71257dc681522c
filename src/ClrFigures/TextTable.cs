using System.Net;

namespace ClrFigures;

/// <summary>A table for people, in reports, notebooks and terminals; the first column names the row. Its texts are plain: they are encoded for the place that they go to.</summary>
internal sealed record TextTable(IReadOnlyList<TextColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, string? Caption = null)
{
    // Texts of more letters are broken into lines.
    private const int Long = 40;

    /// <summary>The table as an HTML element, readable without styles of its own; a text that is missing is shown as a dash.</summary>
    public string ToHtml()
    {
        string caption = Caption is null ? "" : $"<caption style=\"text-align:left\">{WebUtility.HtmlEncode(Caption)}</caption>\n";
        IEnumerable<string> heads = Columns.Select(c => $"<th scope=\"col\"{Style(c)}>{Placed(c, WebUtility.HtmlEncode(c.Name))}</th>");
        IEnumerable<string> rows = Rows.Select(row => $"<tr>{string.Concat(row.Select((text, i) => Cell(i, text)))}</tr>\n");
        return $"<table>\n{caption}<thead><tr>{string.Concat(heads)}</tr></thead>\n<tbody>\n{string.Concat(rows)}</tbody>\n</table>\n";
    }

    /// <summary>The table as lines of text, each column as wide as its longest text.</summary>
    public string ToText()
    {
        int[] widths = [.. Columns.Select((column, i) => Rows.Select(row => row[i].Length).Append(column.Name.Length).Max())];
        return string.Join('\n', Rows.Prepend([.. Columns.Select(c => c.Name)]).Select(Line));

        string Line(IReadOnlyList<string> row) =>
            string.Join("  ", row.Select((text, i) => Columns[i].IsNumber ? text.PadLeft(widths[i]) : text.PadRight(widths[i]))).TrimEnd();
    }

    /// <summary>A row for each item, its texts as the columns say.</summary>
    internal static TextTable From<T>(string caption, IReadOnlyList<T> items, params TextColumn<T>[] columns) =>
        new([.. columns], [.. items.Select(item => columns.Select(c => c.Text(item)).ToArray())], caption);

    private string Cell(int column, string text)
    {
        string shown = Placed(Columns[column], WebUtility.HtmlEncode(text.Length == 0 ? "–" : text));
        return column == 0
            ? $"<th scope=\"row\"{Style(Columns[column], text)}>{shown}</th>"
            : $"<td{Style(Columns[column], text)}>{shown}</td>";
    }

    // The place may have no style for them: a number stays on its line, and a long text is not pressed into a narrow column.
    private static string Style(TextColumn column, string text = "") => column.IsNumber
        ? $" style=\"text-align:right{(text.Length > 0 ? ";white-space:nowrap" : "")}\""
        : text.Length > Long ? " style=\"min-width:12em\"" : "";

    // Jupyter puts all texts of tables at the right, and takes styles out of what it does not trust, but not this.
    private static string Placed(TextColumn column, string shown) => column.IsNumber ? shown : $"<div align=\"left\">{shown}</div>";
}

/// <summary>A column of a table; numbers stand at the right.</summary>
internal record TextColumn(string Name, bool IsNumber = false);

/// <summary>A column that knows its text for an item.</summary>
internal sealed record TextColumn<T>(string Name, Func<T, string> Text, bool IsNumber = false) : TextColumn(Name, IsNumber);

/// <summary>Numbers as people read them, alike in every culture; a number that is missing is an empty text.</summary>
public static class NumberText
{
    /// <summary>A learning rate, with four significant digits.</summary>
    public static string Rate(double? rate) => Text(rate, "G4");

    /// <summary>A loss, with four decimals.</summary>
    public static string Loss(double? loss) => Text(loss, "F4");

    /// <summary>A share with two decimals and the sign.</summary>
    public static string Percent(double? percent) => percent is null ? "" : Text(percent, "F2") + " %";

    /// <summary>A momentum, with three decimals.</summary>
    public static string Momentum(double? momentum) => Text(momentum, "F3");

    /// <summary>A time, with two decimals.</summary>
    public static string Seconds(double? seconds) => Text(seconds, "F2");

    /// <summary>Steps a second, with three significant digits below 1,000 and none of a step from there.</summary>
    public static string Speed(double? stepsPerSecond) => Text(stepsPerSecond, stepsPerSecond < 1000 ? "G3" : "N0") + " steps/s";

    /// <summary>A whole number, with commas between thousands.</summary>
    public static string Whole(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    private static string Text(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
