namespace ClrEngine.Data.Tables;

/// <summary>A table that was read: the columns to learn from and the one to predict.</summary>
internal sealed record ColumnTable(string Path, int Rows, IReadOnlyList<TableColumn> Features, TableColumn Label)
{
    public void AddTo(ContentHash contents)
    {
        contents.Add("table");
        foreach (TableColumn column in Features.Append(Label))
        {
            contents.Add(column.Name);
            column.AddTo(contents);
        }
    }
}

/// <summary>How large a table may be: beyond these it is not the table that its reader thinks.</summary>
internal static class TableLimits
{
    /// <summary>The most columns, and the most values of one sample after texts have become columns.</summary>
    public const int Columns = 32_768;

    /// <summary>The most different texts of a column to learn from, in any number of rows.</summary>
    public const int Categories = 1_000;

    /// <summary>So many different texts are categories in any number of rows.</summary>
    public const int FewCategories = 20;

    public const int Classes = 65_536;

    /// <summary>The most classes that are taken for classes unasked where they are whole numbers.</summary>
    public const int GuessedClasses = 100;

    public const int TextLength = 1_024;

    public const int RowLength = 1 << 20;

    /// <summary>The most values in all.</summary>
    public const long Cells = int.MaxValue;
}
