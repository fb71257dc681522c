namespace ClrEngine.Data.Tables;

/// <summary>A table that was read: the columns to learn from and the one to predict.</summary>
/// <param name="Path">Where it came from, for errors.</param>
/// <param name="Rows">How many rows each column has.</param>
/// <param name="Features">The columns to learn from: numbers and texts.</param>
/// <param name="Label">The column to predict: exact numbers or texts.</param>
internal sealed record ColumnTable(string Path, int Rows, IReadOnlyList<TableColumn> Features, TableColumn Label)
{
    /// <summary>Adds all that the table holds to a hash.</summary>
    public void AddTo(ContentHash contents)
    {
        contents.Add("table");
        foreach (TableColumn column in Features.Append(Label))
        {
            contents.Add(column.Name);
            switch (column)
            {
                case NumberColumn numbers:
                    contents.Add(numbers.Values);
                    break;
                case ExactNumberColumn numbers:
                    contents.Add(numbers.Values);
                    break;
                case TextColumn texts:
                    contents.Add(texts.Codes);
                    foreach (string text in texts.Texts) contents.Add(text);
                    break;
            }
        }
    }
}

/// <summary>One column of a table: <see cref="NumberColumn"/>, <see cref="ExactNumberColumn"/> or <see cref="TextColumn"/>.</summary>
internal abstract record TableColumn(string Name);

/// <summary>A column of finite numbers, as a model reads them.</summary>
internal sealed record NumberColumn(string Name, float[] Values) : TableColumn(Name);

/// <summary>A column of finite numbers in full precision, for labels: a class may be named by any whole number.</summary>
internal sealed record ExactNumberColumn(string Name, double[] Values) : TableColumn(Name);

/// <summary>A column of texts: each row's place in a list of the different ones, which are in the order of their first rows.</summary>
internal sealed record TextColumn(string Name, int[] Codes, IReadOnlyList<string> Texts) : TableColumn(Name);

/// <summary>How large a table may be: beyond these it is not the table that its reader thinks.</summary>
internal static class TableLimits
{
    /// <summary>The most columns, and the most values of one sample after texts have become columns.</summary>
    public const int Columns = 32_768;

    /// <summary>The most different texts of a column to learn from, in any number of rows.</summary>
    public const int Categories = 1_000;

    /// <summary>So many different texts are categories in any number of rows.</summary>
    public const int FewCategories = 20;

    /// <summary>The most classes.</summary>
    public const int Classes = 65_536;

    /// <summary>The most classes that are taken for classes unasked where they are whole numbers.</summary>
    public const int GuessedClasses = 100;

    /// <summary>The most characters of a text.</summary>
    public const int TextLength = 1_024;

    /// <summary>The most characters of a row.</summary>
    public const int RowLength = 1 << 20;

    /// <summary>The most values in all.</summary>
    public const long Cells = int.MaxValue;

    /// <summary>The most different texts of a column to learn from: where most rows have one of their own, they are names, not categories.</summary>
    public static int CategoriesFor(int rows) => Math.Clamp(rows / 2, FewCategories, Categories);
}
